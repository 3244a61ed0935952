package dev.ticktock.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Date;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.ticktock.TickTockApplication;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.scheduling.support.CronExpression;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how the packages depend on each other and on libraries.
 */
class ArchitectureTests {

	private static final String BASE = "dev.ticktock";

	private static final int LONGEST_TYPE = 350;

	private static final Pattern DECLARATION = Pattern.compile("^[a-z -]*(class|record|enum|interface) \\w+");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(BASE);

	@Test
	void packagesHaveNoCycles() {
		slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	/** The arrows point in one direction, and each room is named by its promise. */
	@Test
	void packagesAreLayers() {
		layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("time")
			.definedBy(BASE + ".time..")
			.layer("startup")
			.definedBy(BASE + ".startup..")
			.layer("schedule")
			.definedBy(BASE + ".schedule..")
			.layer("broker")
			.definedBy(BASE + ".broker..")
			.layer("message")
			.definedBy(BASE + ".message..")
			.layer("journal")
			.definedBy(BASE + ".journal..")
			.layer("publish")
			.definedBy(BASE + ".publish..")
			.layer("leader")
			.definedBy(BASE + ".leader..")
			.layer("ticker")
			.definedBy(BASE + ".ticker..")
			.layer("discovery")
			.definedBy(BASE + ".discovery..")
			.layer("missed")
			.definedBy(BASE + ".missed..")
			.layer("health")
			.definedBy(BASE + ".health..")
			.layer("observe")
			.definedBy(BASE + ".observe..")
			.layer("page")
			.definedBy(BASE + ".page..")
			.layer("embedded")
			.definedBy(BASE + ".embedded..")
			.whereLayer("time")
			.mayNotAccessAnyLayer()
			.whereLayer("startup")
			.mayNotAccessAnyLayer()
			.whereLayer("schedule")
			.mayOnlyAccessLayers("startup")
			.whereLayer("broker")
			.mayOnlyAccessLayers("time", "startup")
			.whereLayer("message")
			.mayOnlyAccessLayers("broker", "schedule")
			.whereLayer("journal")
			.mayOnlyAccessLayers("time", "startup", "schedule", "broker", "message")
			.whereLayer("publish")
			.mayOnlyAccessLayers("time", "startup", "schedule", "broker", "message")
			.whereLayer("leader")
			.mayOnlyBeAccessedByLayers("ticker", "discovery", "missed", "health", "observe")
			.whereLayer("ticker")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("discovery")
			.mayOnlyBeAccessedByLayers("embedded", "health", "observe")
			.whereLayer("missed")
			.mayOnlyBeAccessedByLayers("observe")
			.whereLayer("health")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("observe")
			.mayOnlyBeAccessedByLayers("page")
			.whereLayer("page")
			.mayOnlyAccessLayers("time", "observe")
			.whereLayer("embedded")
			.mayNotBeAccessedByAnyLayer()
			.check(CLASSES);
	}

	@Test
	void onlyThoseThatHaveChannelsSpeakAmqp() {
		noClasses()
			.that(resideOutsideOfPackages(BASE + ".broker..", BASE + ".message..", BASE + ".journal..",
					BASE + ".publish..", BASE + ".leader..", BASE + ".missed.."))
			.should()
			.dependOnClassesThat(resideInAnyPackage("com.rabbitmq..", "org.springframework.amqp.."))
			.check(CLASSES);
	}

	@Test
	void onlyThoseThatConnectKnowHowTheBrokerIsConfigured() {
		DescribedPredicate<JavaClass> configuration = resideInAPackage("org.springframework.boot.amqp..");
		noClasses().that(resideOutsideOfPackages(BASE + ".broker..", BASE + ".embedded..", BASE + ".discovery.."))
			.should()
			.dependOnClassesThat(configuration)
			.check(CLASSES);
		noClasses().that(resideInAnyPackage(BASE + ".embedded..", BASE + ".discovery.."))
			.should()
			.dependOnClassesThat(configuration.and(DescribedPredicate.not(belongToAnyOf(RabbitConnectionDetails.class,
					RabbitConnectionDetails.Address.class, RabbitProperties.class, RabbitProperties.Ssl.class))))
			.check(CLASSES);
	}

	@Test
	void onlyTheEmbeddedBrokerIsQpid() {
		noClasses().that(resideOutsideOfPackage(BASE + ".embedded.."))
			.should()
			.dependOnClassesThat(resideInAPackage("org.apache.qpid.."))
			.check(CLASSES);
	}

	@Test
	void schedulesArePure() {
		classes().that(resideInAPackage(BASE + ".schedule.."))
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(BASE + ".schedule..", BASE + ".startup..", "java..",
					"org.jspecify.annotations..", "org.springframework.util..")
				.or(belongToAnyOf(ConfigurationProperties.class, DefaultValue.class, CronExpression.class,
						DurationStyle.class)))
			.check(CLASSES);
	}

	@Test
	void onlyTheApplicationKnowsTheSystemClock() {
		noClasses().that(DescribedPredicate.not(belongToAnyOf(TickTockApplication.class)))
			.should()
			.accessTargetWhere(new ReadingOfTheSystemClock())
			.check(CLASSES);
	}

	/** A type that has grown longer keeps more than one promise. */
	@Test
	void noTypeIsLong() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			assertThat(files.filter((file) -> file.toString().endsWith(".java"))).isNotEmpty()
				.allSatisfy(
						(file) -> assertThat(linesOfType(file)).as(file.toString()).isLessThanOrEqualTo(LONGEST_TYPE));
		}
	}

	/** Counts from the declaration on, which follows the imports and the javadoc. */
	private static long linesOfType(Path file) throws IOException {
		return Files.readAllLines(file).stream().dropWhile((line) -> !DECLARATION.matcher(line).find()).count();
	}

	@Test
	void everyPackageIsNullMarked() {
		classes().should(new LiveInANullMarkedPackage()).check(CLASSES);
	}

	/**
	 * A call, or a reference to a method, that reads the machine's clock: what was not
	 * given a clock. {@code System.nanoTime()} measures and tells no time.
	 */
	private static final class ReadingOfTheSystemClock extends DescribedPredicate<JavaAccess<?>> {

		private static final Set<String> CLOCKS = Set.of("systemUTC", "systemDefaultZone", "system", "tickMillis",
				"tickSeconds", "tickMinutes");

		ReadingOfTheSystemClock() {
			super("the system's clock is read");
		}

		@Override
		public boolean test(JavaAccess<?> access) {
			JavaClass owner = access.getTargetOwner();
			String name = access.getName();
			if (owner.isEquivalentTo(System.class)) {
				return "currentTimeMillis".equals(name);
			}
			if (owner.isEquivalentTo(Clock.class)) {
				return CLOCKS.contains(name);
			}
			if (owner.isEquivalentTo(Date.class)) {
				return access.getTarget().getFullName().equals("java.util.Date.<init>()");
			}
			return owner.getPackageName().startsWith("java.time") && "now".equals(name)
					&& !access.getTarget().getFullName().endsWith("(java.time.Clock)");
		}

	}

	private static final class LiveInANullMarkedPackage extends ArchCondition<JavaClass> {

		LiveInANullMarkedPackage() {
			super("live in a package that is @NullMarked by its package-info");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			JavaPackage home = type.getPackage();
			if (!home.isAnnotatedWith(NullMarked.class)) {
				events
					.add(SimpleConditionEvent.violated(type, "%s has no package-info that is @NullMarked, and holds %s"
						.formatted(home.getName(), type.getName())));
			}
		}

	}

}
