package dev.ticktock.architecture;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

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
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
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

/**
 * Tests of how the packages depend on each other and on libraries.
 */
class ArchitectureTests {

	private static final String BASE = "dev.ticktock";

	/** Each package may use those of the lines above its own. */
	private static final List<List<String>> LAYERS = List.of(List.of("time", "startup"), List.of("schedule", "broker"),
			List.of("message"), List.of("journal"), List.of("leader"), List.of("ticker", "discovery", "missed"),
			List.of("observe", "health"), List.of("page", "embedded"));

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(BASE);

	@Test
	void packagesHaveNoCycles() {
		slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void packagesUseOnlyThoseBelow() {
		LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers()
			.withOptionalLayers(true);
		for (String name : LAYERS.stream().flatMap(List::stream).toList()) {
			layers = layers.layer(name).definedBy(BASE + "." + name + "..");
		}
		List<String> below = new ArrayList<>();
		for (List<String> layer : LAYERS) {
			for (String name : layer) {
				layers = below.isEmpty() ? layers.whereLayer(name).mayNotAccessAnyLayer()
						: layers.whereLayer(name).mayOnlyAccessLayers(below.toArray(String[]::new));
			}
			below.addAll(layer);
		}
		layers.whereLayer("page").mayOnlyAccessLayers("time", "observe").check(CLASSES);
	}

	@Test
	void onlyThoseThatHaveChannelsSpeakAmqp() {
		noClasses()
			.that(resideOutsideOfPackages(BASE + ".broker..", BASE + ".message..", BASE + ".journal..",
					BASE + ".leader..", BASE + ".missed.."))
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
