/**
 * Tests that the documents are right: code, commands, settings, log lines, meters, links.
 */
@NullMarked
package dev.ticktock.documents;

import org.jspecify.annotations.NullMarked;
