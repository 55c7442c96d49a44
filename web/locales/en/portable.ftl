# thaotruong scenario export, import, trust
portable-saving = Saving images (the total is the most it can be)
portable-verifying = Verifying the bundle
portable-loading = Loading { $image }
portable-progress = { $about }: { $done } / { $total }
portable-exported = Wrote { $file }: scenario { $scenario }, version { $version }, { $images ->
    [one] one image
   *[other] { $images } images
}, { $size }.
    Signed by { $signer }
    At the other site, once: thaotruong scenario trust { $signer }
    and then: thaotruong scenario import --bundle { $file }
portable-image-present = { $image }: there already
portable-image-named = { $image }: was there without its name, has it now
portable-image-loaded = { $image }: loaded
portable-image-kept = { $image }: the platform has its own, which stays
portable-placed-new = Scenario { $scenario }, version { $version }, is in { $path }. Next: thaotruong scenario test { $path }
portable-placed-unchanged = Scenario { $scenario }, version { $version }, was in { $path } already. Next: thaotruong scenario test { $path }
portable-placed-replaced = Scenario { $scenario }, version { $version }, has replaced what was in { $path }. Next: thaotruong scenario test { $path }
portable-untrusted = The bundle of { $scenario } is signed by a key that this installation does not trust:
    { $signer }
    Nothing was taken. Compare these digits with whoever made the bundle, by telephone and not from the same stick. If they are the same: thaotruong scenario trust { $signer }
portable-aside = What stood there is kept in { $path }, hidden files and changes included. Delete it when nobody needs it.
portable-no-own-key = This installation has no signing key yet; the first export makes it.
portable-own-key = This installation signs with { $signer }
portable-no-fingerprint = { $given } is no fingerprint: it has 64 hexadecimal digits, as scenario export and scenario trust print them.
portable-not-trusted = { $signer } is not on the list.
portable-file = { $path } cannot be read or written: { $detail }
portable-full = The disk of { $path } is full. Free some space and run the command again.
portable-no-bundle = { $path } is no bundle, or its beginning is damaged. Copy it once more from where it was made.
portable-format = The bundle has form { $form }, this program reads form { $known }. Take the program's version that made it, or have it made again.
portable-manifest = The bundle cannot be: its list is wrong at { $detail }. An image needs a name and tag without a digest; otherwise have the bundle made again.
portable-signature = The signature does not hold: the list was changed after signing, or damaged. Nothing was taken. Copy the file once more, or have it sent in another way.
portable-length = The bundle has { $has } bytes instead of { $needs }: it was not copied completely, or something was added. Nothing was taken. Copy it once more.
portable-damaged = { $entry } in the bundle is not what the signed list says. Nothing of it was taken. Copy the file once more.
portable-occupied = Something else stands already under these names: { $names }. Nothing was taken. Add --replace to let the bundle's take their place; other scenarios use images by the same names.
portable-room = Loading the images needs { $needs } MB on the engine's disk, { $free } MB are free. Nothing was loaded. Free some space, such as with docker image prune, and run the command again.
