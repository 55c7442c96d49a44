# thaotruong doctor
doctor-good = fine
doctor-warning = note
doctor-bad = broken
doctor-fixed = mended
doctor-remedy = Remedy: { $text }
doctor-all-good = All is well.
doctor-some-warnings = It can be used; { $count ->
    [one] one thing is worth knowing.
   *[other] { $count } things are worth knowing.
}
doctor-some-bad = { $count ->
    [one] One thing has to be mended before a drill.
   *[other] { $count } things have to be mended before a drill.
}
doctor-database = Database
doctor-database-good = { $url } opens
doctor-database-fresh = { $url } does not exist yet; the first start makes it
doctor-database-bad = { $url } does not open: { $detail }
doctor-database-remedy = look at database in thaotruong.toml and at the rights of the data folder
doctor-engine = Engine
doctor-engine-good = { $version }, { $cpus } processors, { $memory } GiB of memory
doctor-engine-bad = it does not answer: { $detail }
doctor-engine-remedy = start Docker Engine (systemctl start docker) and add this user to the group docker
doctor-limits = Resource limits
doctor-limits-good = memory, processor and processes can be limited
doctor-limits-bad = the engine cannot limit: { $missing }
doctor-limits-remedy = enable cgroups for these (for swap: add swapaccount=1 to the kernel's command line)
doctor-runtime = Runtime of machines
doctor-runtime-usual = the engine's usual one
doctor-runtime-good = { $runtime }
doctor-runtime-bad = { $runtime } is configured, but the engine has no runtime of that name
doctor-runtime-remedy = install the package with { $runtime }, add "runtimes": {"{"}"{ $runtime }": {"{"}"path": "/usr/bin/{ $runtime }"{"}"}{"}"} to /etc/docker/daemon.json and restart the Docker Engine; or leave docker.runtime out
doctor-cluster-runtime-remedy = make a RuntimeClass { $runtime } in the cluster, or mend kubernetes.runtime_class
doctor-seccomp = System-call filter
doctor-seccomp-good = seccomp works, every node runs under the range's own filter
doctor-seccomp-bad = the engine has no seccomp: nodes may call everything that the kernel has
doctor-seccomp-remedy = use a kernel and a Docker Engine with seccomp
doctor-users = User mapping
doctor-users-good = root in a node is not root of the host
doctor-users-bad = root in a node is root of the host (with few capabilities and filtered calls)
doctor-users-remedy = add "userns-remap": "default" to /etc/docker/daemon.json where the server serves the range alone
doctor-disk = Disk quota
doctor-disk-good = a node can write a bounded amount only
doctor-disk-bad = there is no quota ({ $storage }): one node can fill the disk
doctor-disk-remedy = run deploy/quota on, or put Docker's data root on XFS with pquota and give the daemon the label vn.thaotruong.quota=true
doctor-images = Images
doctor-images-good = all { $count } are there
doctor-images-bad = missing: { $missing }
doctor-images-remedy = run thaotruong image build (or thaotruong image pull where a registry has them)
doctor-scenario-bad = scenario { $path } cannot be read or has errors
doctor-scenario-remedy = run thaotruong scenario check { $path }
doctor-tools = Tools in nodes
doctor-tools-good = the volume { $volume } is ready
doctor-tools-bad = the volume with the tools cannot be made: { $detail }
doctor-ranges = Address ranges
doctor-ranges-good = { $ranges }: room for about { $free } networks
doctor-ranges-bad = { $range } overlaps { $other }, which the host or the engine uses
doctor-ranges-invalid = { $range } is no valid IPv4 range
doctor-ranges-full = { $ranges }: no room is left
doctor-ranges-remedy = change lab_subnets in thaotruong.toml to a range that nobody uses
doctor-firewall = Firewall
doctor-firewall-good = the table inet thaotruong closes every way from labs to the host
doctor-firewall-absent = the table inet thaotruong is missing or lacks a rule
doctor-firewall-unknown = the firewall cannot be looked at: { $detail }
doctor-firewall-remedy = run thaotruong doctor --fix (as root, or build the image firewall so that the engine does it)
doctor-isolation = Isolation
doctor-isolation-good = { $count } ways out were tried from inside a node, none led anywhere
doctor-isolation-bad = from inside a node these were reached: { $reached }
doctor-isolation-unknown = it could not be tried: { $detail }
doctor-isolation-remedy = mend the firewall first; until then no drill can be launched
doctor-cluster-remedy = look at KUBECONFIG (or at kubernetes in thaotruong.toml) and at the account's rights
doctor-cluster-limits-remedy = set podPidsLimit in the kubelet's configuration on the cluster's nodes
doctor-cluster-seccomp-usual = machines run under the cluster's usual filter
doctor-cluster-seccomp-own = machines run under the filter { $profile } on the cluster's nodes
doctor-cluster-seccomp-remedy = run thaotruong doctor --seccomp > thaotruong.json, copy the file to /var/lib/kubelet/seccomp/ on every node, and set kubernetes.seccomp = "thaotruong.json"
doctor-cluster-images-local = no registry is configured: every node of the cluster must have the images
doctor-cluster-images-registry = they come from { $registry }
doctor-cluster-images-remedy = push the images to a registry and name it in kubernetes.registry
doctor-cluster-isolation-remedy = use a network plugin that enforces NetworkPolicy; otherwise an administrator has to decide, with the reason, before a drill can be launched

isolation-trying = Trying from inside a machine of a lab
isolation-from = Tried from inside a machine of a lab, as root, with NET_RAW and NET_ADMIN:
isolation-head-what = Place
isolation-head-how = Way
isolation-head-where = Address
isolation-head-found = Result
isolation-head-must-be = Must be
isolation-head-limit = Limit
isolation-head-got = Measured
isolation-head-limit-found = Result
isolation-head-at-most = At most
isolation-row-reached = reached
isolation-row-unreached = not reached
isolation-limit-processes = Processes
isolation-limit-memory = Memory
isolation-limit-processor = Processor
isolation-limit-disk = Disk
isolation-limit-log = Log kept of 64 MiB printed
isolation-bound-held = bounded
isolation-bound-watched = not bounded; the platform watches and stops an environment that goes past
isolation-bound-unmeasured = the cluster ends a machine that goes past; not measured
isolation-bound-open = not bounded
isolation-closed = Closed: { $tried } tries, nothing is open.
isolation-open = OPEN: { $open } of { $tried } tries.
