ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
# A Maven repository to download Maven itself from, where Apache's archive is out of reach.
ARG MVNW_REPOURL
WORKDIR /build
COPY . .
RUN ./mvnw -B -ntp -Dmaven.test.skip=true -Dspring-javaformat.validate.skip=true package \
	&& java -Djarmode=tools -jar target/ticktock.jar extract --layers --destination target/layers

FROM ${RUNTIME_IMAGE}
WORKDIR /application
COPY --from=build /build/target/layers/dependencies/ ./
# Together, because the first two are empty, and Docker's classic builder fails on several layers without content.
COPY --from=build /build/target/layers/spring-boot-loader/ /build/target/layers/snapshot-dependencies/ \
	/build/target/layers/application/ ./

# A heap of at most 128 MB, and the collector and the compiler with the smallest footprint. Out of memory is the end, so
# that what restarts containers can do so. "docker run -e JAVA_TOOL_OPTIONS=..." replaces all of it.
ENV JAVA_TOOL_OPTIONS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=96m -Xms32m -Xmx128m -XX:MaxMetaspaceSize=128m -XX:+ExitOnOutOfMemoryError"

# Classes as a start has loaded and linked them. This start needs no broker: it ends before anything connects. It is
# here and not in the stage above, because Java takes the cache for the same Java and the same files alone.
RUN folder=$(mktemp -d) \
	&& java -XX:AOTCacheOutput=ticktock.aot -XX:-UsePerfData -Djava.io.tmpdir=$folder -Dspring.context.exit=onRefresh -jar ticktock.jar \
	&& test -s ticktock.aot \
	&& rm -r $folder

# The loopback of a container is out of everybody's reach. What is reachable is for "docker run -p" to say.
ENV TICKTOCK_EMBEDDED_BIND_ADDRESS=0.0.0.0

# A number, because Kubernetes can not tell whether a name is root's.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM

# With bash alone: the base has no curl or wget, but its own entry point is a bash script. Liveness, not readiness: a
# broker that is away is waited for, and a restart would not bring it back.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["bash", "-c", \
	"exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-${SERVER_PORT:-8080}} && printf 'GET /actuator/health/liveness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200'* ]]"]

# Java starts without the cache, only slower, if its options do not suit it, such as another collector.
ENTRYPOINT ["java", "-XX:AOTCache=ticktock.aot", "-jar", "ticktock.jar"]
