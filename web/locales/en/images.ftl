# thaotruong image
images-waiting = Another build runs on this machine; waiting for its end.
images-step = { $image }, step { $step }/{ $steps }: { $text }
images-built = { $image }: built in { $seconds } s, { $size }
images-unchanged = { $count ->
    [one] Nothing to do for one image: { $images }
   *[other] Nothing to do for { $count } images: { $images }
}
images-transfer = { $image }: { $bytes } / { $total }
images-pushed = { $image }: { $bytes } pushed in { $seconds } s; the registry confirms { $digest }
images-pulled = { $image }: { $bytes } pulled in { $seconds } s; { $digest }
images-stopped = Stopped half-way; the images are what they were.
images-engine-away = the Docker Engine could not: { $detail }
images-folder-bad = { $path } cannot be read: { $detail }
images-unknown = There is no image { $image }.
images-circle = These images stand on each other in a circle: { $images }. Mend the FROM line of one of them.
images-base-missing = { $base }, on which { $image } stands, is missing, and no registry gave it: { $detail }. Run deploy/base-image, which builds it from Debian's packages, or load it with docker load.
images-step-failed = Building { $image } failed at step { $step }
    { $detail }
    The end of the log stands above; the earlier image stays as it was.
images-no-registry = No registry is configured: name one as kubernetes.registry in thaotruong.toml.
images-credentials-refused = The registry { $registry } does not accept the credentials: { $detail }. Run docker login { $registry }, or name a file with credentials as kubernetes.registry_credentials.
images-registry-failed = The registry { $registry }: { $detail }
images-password-bad = The password for the registry { $registry } has letters that cannot be sent to the Docker Engine (mostly ?, >, ~, or letters beyond ASCII). Use another password, or a token.
images-head-image = Image
images-head-state = State
images-head-content = Content
images-head-size = Size
images-head-own = Its own
images-head-built = Built
images-head-scenarios = Scenarios
images-state-current = up to date
images-state-stale = stale
images-state-missing = missing
images-state-without-sources = no sources
images-list-total = { $count ->
    [one] one image
   *[other] { $count } images
}, { $size } on disk
