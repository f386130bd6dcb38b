// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is held to: Swift 6 mode comes with the tools version; warnings are errors.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
]

let package = Package(
    name: "breakbulk",
    platforms: [.macOS(.v15)],
    dependencies: [
        // The HTTP server: streaming bodies both ways with back-pressure, on SwiftNIO.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        // SQLite connections, migrations and everything that is not hot.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // JWT verification with key pinning per algorithm; home-made JWT checking is how `alg: none` happens.
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        // The command line, its help pages and its exit codes.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // The logging interface that Hummingbird speaks already.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        // The metrics interface; a Prometheus text reader of it is ours, a page of code instead of one more dependency.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // One owner of start-up, shutdown order and signals.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // SHA-256, HMAC, HKDF and constant-time comparison.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        // breakbulk.yaml, with the line of every key.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        // ByteBuffer and channels: what Hummingbird hands over and what slow senders are cut off with.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        // Header names and statuses as Hummingbird speaks them.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        // HTTP request and response parts, as the handler that watches connections sees them.
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.33.0"),
        // The HTTP client of webhooks, and of `breakbulk load`, `export` and `watch` against a server.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(name: "BulkModel", exclude: ["BulkModel.md"], swiftSettings: house),
        .target(
            name: "Formats", dependencies: ["BulkModel", "CZlib"], exclude: ["Formats.md"],
            swiftSettings: house),
        .target(
            name: "Planning", dependencies: ["BulkModel", "Formats"], exclude: ["Planning.md"],
            swiftSettings: house),
        .target(
            name: "Engine", dependencies: ["BulkModel", "Formats", "Planning"], exclude: ["Engine.md"],
            swiftSettings: house),
        .target(
            name: "StoreSQLite",
            dependencies: [
                "BulkModel", "Formats", "Planning", "Engine",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], exclude: ["StoreSQLite.md"], swiftSettings: house),
        .target(
            name: "StorePostgres",
            dependencies: ["BulkModel", "Formats", "Planning", "Engine", "CLibPQ"],
            exclude: ["StorePostgres.md"], swiftSettings: house),
        // A PostgreSQL server of the tests' own, in a temporary folder; not part of the product.
        .target(name: "PostgresHarness", path: "Tests/PostgresHarness", swiftSettings: house),
        .target(
            name: "StoreConformance", dependencies: ["BulkModel", "Formats", "Planning", "Engine"],
            exclude: ["StoreConformance.md"], swiftSettings: house),
        .target(
            name: "Dialects", dependencies: ["BulkModel", "Formats", "Planning", "Engine"],
            exclude: [
                "Dialects.md", "BulkJobs/BulkJobs.md", "BulkProcess/BulkProcess.md",
                "BatchOperations/BatchOperations.md",
            ],
            swiftSettings: house),
        .target(
            name: "HTTPFront",
            dependencies: [
                "BulkModel", "Engine", "Dialects",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], exclude: ["HTTPFront.md"], swiftSettings: house),
        .target(
            name: "Webhooks",
            dependencies: [
                "BulkModel", "Engine",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], exclude: ["Webhooks.md"], swiftSettings: house),
        .executableTarget(
            name: "breakbulk",
            dependencies: [
                "BulkModel", "Formats", "Planning", "Engine", "StoreSQLite", "StorePostgres", "Dialects",
                "HTTPFront", "Webhooks",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ], exclude: ["breakbulk.md"], swiftSettings: house),
        .testTarget(name: "BulkModelTests", dependencies: ["BulkModel"], swiftSettings: house),
        .testTarget(name: "FormatsTests", dependencies: ["BulkModel", "Formats"], swiftSettings: house),
        .testTarget(
            name: "PlanningTests", dependencies: ["BulkModel", "Formats", "Planning"], swiftSettings: house),
        .testTarget(
            name: "EngineTests", dependencies: ["BulkModel", "Formats", "Planning", "Engine"],
            swiftSettings: house),
        .testTarget(
            name: "StoreSQLiteTests",
            dependencies: [
                "BulkModel", "Formats", "Planning", "Engine", "StoreSQLite", "StoreConformance",
                .product(name: "GRDB", package: "GRDB.swift"),
            ], swiftSettings: house),
        .testTarget(
            name: "StorePostgresTests",
            dependencies: [
                "BulkModel", "Formats", "Planning", "Engine", "StorePostgres", "StoreConformance",
                "PostgresHarness",
            ], swiftSettings: house),
        .testTarget(
            name: "DialectTests",
            dependencies: [
                "BulkModel", "Formats", "Planning", "Engine", "StoreSQLite", "Dialects",
                .product(name: "GRDB", package: "GRDB.swift"),
            ], exclude: ["Transcripts"], swiftSettings: house),
        .testTarget(
            name: "HTTPFrontTests",
            dependencies: [
                "BulkModel", "Formats", "Engine", "Dialects", "HTTPFront",
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: house),
        .testTarget(
            name: "WebhooksTests",
            dependencies: [
                "BulkModel", "Engine", "Webhooks",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: house),
        .testTarget(
            name: "breakbulkTests",
            dependencies: ["BulkModel", "Formats", "Planning", "Engine", "breakbulk"], swiftSettings: house),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "BulkModel", "breakbulk", "PostgresHarness",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: house),
    ]
)
