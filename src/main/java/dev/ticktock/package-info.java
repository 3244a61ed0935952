/**
 * The application: one package per feature, wired by component scanning.
 */
@NullMarked
package dev.ticktock;

import org.jspecify.annotations.NullMarked;
