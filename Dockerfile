# One image for every process: migration, api, worker and grantkeeper-admin differ in the command only. Needs BuildKit (Docker 23 or newer).
ARG NODE_IMAGE=node:24-bookworm-slim
ARG BUILD_IMAGE=${NODE_IMAGE}

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.npm sh scripts/image-build.sh /grantkeeper

FROM ${NODE_IMAGE}
# Nothing is installed in a running container: npm and its like would only serve an intruder.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* /usr/local/bin/yarn* \
  && install -d -o 1000 -g 1000 -m 0700 /var/lib/grantkeeper/spill \
  && ln -s /grantkeeper/grantkeeper-admin /usr/local/bin/grantkeeper-admin
COPY --from=build /grantkeeper /grantkeeper
WORKDIR /grantkeeper
ENV NODE_ENV=production
USER 1000:1000
EXPOSE 4000
ENTRYPOINT ["node"]
CMD ["apps/api/dist/main.js"]
