package dev.ticktock.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Wires the page. All that it consists of is at "/" and below "/page/".
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PageConfiguration.PageProperties.class)
class PageConfiguration {

	/**
	 * Whether there is a page.
	 *
	 * @param enabled Whether the page at "/" is served.
	 */
	@ConfigurationProperties("ticktock.page")
	record PageProperties(@DefaultValue("true") boolean enabled) {

	}

	/** Serves the files of the page unless it is switched off. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ticktock.page.enabled", matchIfMissing = true)
	static class Files implements WebMvcConfigurer {

		@Override
		public void addViewControllers(ViewControllerRegistry registry) {
			registry.addViewController("/").setViewName("forward:/page/index.html");
		}

		@Override
		public void addResourceHandlers(ResourceHandlerRegistry registry) {
			add(registry, "/page/*", "classpath:/dev/ticktock/page/");
			add(registry, "/page/plot/*", "classpath:/META-INF/resources/webjars/uplot/1.6.30/dist/");
		}

		/** Browsers ask whether a file has changed, so that an upgrade shows at once. */
		private static void add(ResourceHandlerRegistry registry, String pattern, String location) {
			registry.addResourceHandler(pattern)
				.addResourceLocations(location)
				.setCacheControl(CacheControl.maxAge(0, TimeUnit.SECONDS).mustRevalidate())
				.setUseLastModified(false)
				.setEtagGenerator(Files::digest)
				.resourceChain(true);
		}

		private static String digest(Resource resource) {
			try {
				// A weak one, because Tomcat compresses nothing that has a strong one.
				return "W/\"" + DigestUtils.md5DigestAsHex(resource.getContentAsByteArray()) + '"';
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
