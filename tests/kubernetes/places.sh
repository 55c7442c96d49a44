# Where the test cluster keeps what it needs. Sourced, never run.
# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-$HOME/.cache}/thaotruong/kubernetes
kubeconfig=$cache/kubeconfig
kind_name=thaotruong-tests
by_kind=$cache/by-kind
