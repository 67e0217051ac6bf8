# Evercam Server for linux/amd64 and linux/arm64:
#   docker buildx build --platform linux/amd64,linux/arm64 -t evercam .
# Pictures, database and keys lie in the volume /data; the rest of its file system may be read-only (see compose.yaml).

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
RUN case "$TARGETARCH" in amd64) runtime=linux-x64 ;; arm64) runtime=linux-arm64 ;; *) echo "No .NET for $TARGETARCH" >&2; exit 1 ;; esac \
 && dotnet publish src/Evercam.Server -c Release -r "$runtime" --no-self-contained -p:DebugType=none -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# ffmpeg makes time-lapses; curl asks the server whether it lives; pg_dump copies a database of PostgreSQL.
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl ffmpeg postgresql-client \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
RUN install -d -m 0700 -o app -g app /data
USER app
VOLUME /data
WORKDIR /data
EXPOSE 8080
ENV ASPNETCORE_URLS=http://+:8080 \
    DOTNET_EnableDiagnostics=0 \
    Evercam__DataDirectory=/data
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s CMD ["curl", "--fail", "--silent", "--show-error", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["/app/evercam"]
CMD ["serve"]
