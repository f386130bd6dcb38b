// swift-tools-version: 6.2
import PackageDescription

/// Fuzz targets for the decoders, on libFuzzer: `make fuzz`, or `swift build -c release` here and then
/// `.build/release/FuzzRecords corpus/FuzzRecords seeds/FuzzRecords -max_total_time=60`. Linux only.
///
/// The decoders are `package`, so their sources are built into this package by links. An own package, so that
/// the product carries no sanitizer.
let fuzzed: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-sanitize=fuzzer,address"]),
]

/// One executable named for what it feeds.
func target(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["BulkModel", "Formats", "FuzzDriver"],
        swiftSettings: fuzzed + [.unsafeFlags(["-parse-as-library"])],
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
}

let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
        .target(name: "BulkModel", swiftSettings: fuzzed),
        .target(
            name: "Formats", dependencies: ["BulkModel", "CZlib"], exclude: ["Formats.md"],
            swiftSettings: fuzzed),
        .target(name: "FuzzDriver", swiftSettings: fuzzed),
        target("FuzzRecords"), target("FuzzJSONParser"), target("FuzzGzip"),
        target("FuzzMultipart"),
    ]
)
