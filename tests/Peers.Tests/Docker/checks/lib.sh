# What every check has at hand. DOCKER_HOST names the engine, SOCKET is its path, N begins the names of what this check makes, and the working folder is its own.
set -eu

# The first two numbers of subnets: engines of one machine do not share any. unsubnet says NET in their place.
NET=10.$((50 + RANDOM % 200))
unsubnet() { sed "s/$NET/NET/g"; }

# api METHOD PATH [curl's options]: a request over the socket; the body, then the status on a line of its own.
api() {
  local method=$1 path=$2; shift 2
  curl -sS --max-time 100 --unix-socket "$SOCKET" -X "$method" -H 'Content-Type: application/json' "$@" -w '\n%{http_code}\n' "http://docker$path" | sed '/^$/d'
}

# body METHOD PATH [curl's options]: only the body.
body() { local method=$1 path=$2; shift 2; curl -sS --max-time 100 --unix-socket "$SOCKET" -X "$method" -H 'Content-Type: application/json' "$@" "http://docker$path"; }

# refused WORDS COMMAND…: it fails and tells these words (a regular expression); quiet when it is so.
refused() {
  local words=$1; shift
  if "$@" > said 2>&1; then echo "not refused: $*"; else grep -qie "$words" said || cat said; fi
}

# within COMMAND…: until it succeeds, at most 100 s.
within() {
  local end=$((SECONDS + 100))
  until "$@" > /dev/null 2>&1; do
    (( SECONDS < end )) || { echo "never: $*"; return 1; }
    sleep 0.1
  done
}

# says CONTAINER TEXT: its log has it.
says() { docker logs "$1" 2>&1 | grep -q -- "$2"; }

# told SINCE WORD [docker events' options…]: since then it has told such an action.
told() { local since=$1 word=$2; shift 2; docker events --since "$since" --until "$(date +%s.%N)" "$@" --format '{{.Action}}' | grep -q -- "$word"; }

# is CONTAINER STATE
is() { [[ $(docker inspect -f '{{.State.Status}}' "$1") = "$2" ]]; }

# prune KIND [options…]: docker KIND prune, again when another check is at it.
prune() {
  local kind=$1; shift
  until docker "$kind" prune "$@" > pruned 2> said; do
    grep -q 'already running' said || { cat said; return 1; }
    sleep 0.2
  done
  cat pruned
}

# ask CONTAINER TEMPLATE: docker inspect.
ask() { docker inspect -f "$2" "$1"; }

# keep NAME [options…]: a container that stays.
keep() { local name=$1; shift; docker run -d --name "$name" "$@" base sleep 1000 > /dev/null; }

# limit CONTAINER CONTROLLER FILE-OF-V1 FILE-OF-V2: what the kernel was told of it.
limit() {
  local pid path
  pid=$(ask "$1" '{{.State.Pid}}')
  path=$(grep -E "^[0-9]+:([^:]*,)?$2(,[^:]*)?:" "/proc/$pid/cgroup" | cut -d: -f3)
  if [[ $path ]]; then cat "/sys/fs/cgroup/$2$path/$3"; else cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/$4"; fi
}

# compose2 …: Compose 2, which knows no version of a file; it takes BuildKit for granted unless DOCKER_BUILDKIT says otherwise.
compose2() { sed -i /^version:/d docker-compose.yml; "$BRIG_COMPOSE" --ansi never "$@"; }

# answers: the stack's web server has what the application has of the database: all three listen by then, and before, the answer is empty or half.
answers() { curl -sf "http://127.0.0.1:$PORT/cgi-bin/ask" | grep -q '^42 of the'; }

# stack: docker-compose.yml of a web server, which asks an application, which asks a database; its project is named $N.
stack() {
  export COMPOSE_PROJECT_NAME=$N
  mkdir -p app
  printf 'FROM base\nENV WHERE="the application"\nCOPY answer /answer\n' > app/Dockerfile
  printf '#!/bin/sh\necho $(nc -w 50 db 5432 < /dev/null) of the $WORD\n' > app/answer
  chmod +x app/answer
  cat > docker-compose.yml <<Y
version: "3.8"
services:
  web:
    image: base
    command: [sh, -c, 'mkdir -p /www/cgi-bin; printf "#!/bin/sh\necho; nc -w 50 app 9000 < /dev/null\n" > /www/cgi-bin/ask; chmod +x /www/cgi-bin/ask; exec httpd -f -p 80 -h /www']
    ports: ["127.0.0.1:$PORT:80"]
    depends_on: [app]
    networks: [front]
    init: true
  app:
    build: app
    command: nc -ll -p 9000 -e /answer
    environment: {WORD: database}
    depends_on: [db]
    networks: [front, back]
    init: true
  db:
    image: base
    command: [sh, -c, 'echo 42 > /data/number; echo the database is there; exec nc -ll -p 5432 -e cat /data/number']
    volumes: ["data:/data"]
    networks: [back]
    init: true
networks: {front: {}, back: {}}
volumes: {data: {}}
Y
}

# cpus CONTAINER: of one processor.
cpus() { { limit "$1" cpu cpu.cfs_quota_us cpu.max; limit "$1" cpu cpu.cfs_period_us /dev/null 2> /dev/null; } | tr '\n' ' ' | awk '{ print 100 * $1 / $2 "%" }'; }
