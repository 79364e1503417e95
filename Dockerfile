# simcli with OpenBLAS, for users without rights: docker build -t simcli . && docker run --rm -v "$PWD:/data" simcli topk q.npy c.npy
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts && npm run build && npm pack --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libopenblas0-pthread && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/simcli-*.tgz /tmp/
RUN npm install --global --ignore-scripts /tmp/simcli-*.tgz && rm /tmp/simcli-*.tgz
USER node
WORKDIR /data
ENTRYPOINT ["simcli"]
