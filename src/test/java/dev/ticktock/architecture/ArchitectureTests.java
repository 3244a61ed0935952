package dev.ticktock.architecture;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.ticktock.TickTockApplication;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Configuration;
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

	/** Each package may use those of the lines above its own. */
	private static final List<List<String>> LAYERS = List.of(List.of("time", "startup"), List.of("schedule", "broker"),
			List.of("message"), List.of("journal"), List.of("leader"), List.of("ticker", "discovery"),
			List.of("observe"), List.of("page", "embedded"));

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
					BASE + ".leader.."))
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
			.and()
			.areNotAnnotatedWith(Configuration.class)
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
			.accessTargetWhere(
					DescribedPredicate.describe("the system's clock is read", ArchitectureTests::readsTheSystemClock))
			.check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(CLASSES).extracting(JavaClass::getPackage)
			.allMatch((home) -> home.isAnnotatedWith(NullMarked.class));
	}

	/** A call or a reference that reads the machine's clock instead of a given one. */
	private static boolean readsTheSystemClock(JavaAccess<?> access) {
		JavaClass owner = access.getTargetOwner();
		String name = access.getName();
		String target = access.getTarget().getFullName();
		return target.equals("java.lang.System.currentTimeMillis()") || target.equals("java.util.Date.<init>()")
				|| (owner.isEquivalentTo(Clock.class) && name.matches("(system|tick[MS]).*"))
				|| (owner.getPackageName().startsWith("java.time") && "now".equals(name)
						&& !target.endsWith("(java.time.Clock)"));
	}

}
