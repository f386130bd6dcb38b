import BulkModel
import Foundation
import HTTPFront
import Planning
import Testing

@testable import breakbulk

@Suite("Settings")
struct SettingsTests {
    /// Every key there is.
    static let whole = """
        database: sqlite:./shop.db
        listen: 127.0.0.1:9090
        public_url: https://bulk.example.com/
        uploads: { path: ./in, max_bytes: 10GiB, keep_days: 3 }
        auth: { mode: keys, jwt: { secret: 0123456789abcdef0123456789abcdef, issuer: me, audience: you } }
        limits: { request_bytes: 64MiB, record_bytes: 1MiB, inflate_ratio: 500, jobs_per_tenant: 100 }
        webhooks: { secret: whsec_x, allow: ["127.0.0.1:9000", "hooks.internal"], allow_http: true }
        credits: { default: 50 }
        tables:
          orders:
            key: { column: id, prefix: "order-" }        # or `key: id`
            tenant_column: tenant_id
            required: [customer_id]
            enums: { status: [PENDING, PROCESSING] }
            status: { column: status, transitions: { PENDING: [PROCESSING], PROCESSING: [] } }
            archive: { column: archived_at, value: ARCHIVED }
            lock: { column: locked_until }
            soft_delete: { column: deleted_at }
            timestamps: { created: created_at, updated: updated_at }
            aggregates: { total_amount: sum(amount), transaction_count: count(), failed_ones: failed() }
          sales:
            key: order_number
        """

    private func parse(_ yaml: String) throws(SettingsError) -> Settings {
        var settings = Settings()
        try settings.apply(yaml: yaml, file: "breakbulk.yaml")
        return settings
    }

    private func fault(_ yaml: String) -> SettingsError? {
        do throws(SettingsError) {
            _ = try parse(yaml)
            return nil
        } catch {
            return error
        }
    }

    private func loaded(
        _ environment: [String: String], _ overrides: [String: String] = [:]
    ) throws(SettingsError) -> Settings {
        try Settings.load(file: nil, environment: environment, overrides: overrides)
    }

    /// A file of this text that lives as long as the body runs.
    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "settings-\(UUID().uuidString).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        return try body(path)
    }

    @Test("Everything in the contract's example is understood")
    func example() throws {
        let settings = try parse(Self.whole)
        #expect(settings.database == .sqlite(path: "./shop.db"))
        #expect(settings.listen == ListenAddress(host: "127.0.0.1", port: 9090))
        #expect(settings.publicURL == "https://bulk.example.com")
        #expect(settings.uploadsPath == "./in")
        #expect(settings.limits.uploadBytesMax == 10 << 30)
        #expect(settings.limits.resultsKept == .seconds(3 * 86_400))
        #expect(settings.limits.recordBytesMax == 1 << 20)
        #expect(settings.webhooks.allow == ["127.0.0.1:9000", "hooks.internal"])
        #expect(settings.webhooks.allowsHTTP)
        #expect(settings.creditsDefault == 50)
        #expect(settings.jwt?.issuer == "me")
        guard case .secret(let secret) = try #require(settings.jwt).key else {
            Issue.record("the key is no secret")
            return
        }
        #expect(secret.utf8.count == 32)
    }

    @Test("The rules of a table are understood, all of them")
    func tables() throws {
        let tables = try parse(Self.whole).tables
        let expected = TableRules(
            key: "id", keyPrefix: "order-", tenantColumn: "tenant_id", required: ["customer_id"],
            enumerations: ["status": ["PENDING", "PROCESSING"]],
            status: StatusRule(column: "status", transitions: ["PENDING": ["PROCESSING"], "PROCESSING": []]),
            archive: MarkRule(column: "archived_at", value: "ARCHIVED"),
            lock: MarkRule(column: "locked_until"),
            softDelete: MarkRule(column: "deleted_at"),
            timestamps: TimestampRule(created: "created_at", updated: "updated_at"),
            aggregates: [
                Aggregate(name: "total_amount", function: .sum, column: "amount"),
                Aggregate(name: "transaction_count", function: .count),
                Aggregate(name: "failed_ones", function: .failed),
            ])
        #expect(tables["orders"] == expected)
        #expect(tables["sales"] == TableRules(key: "order_number"))
    }

    @Test(
        "Nothing configured means the defaults", arguments: ["", "# only a comment\n", "uploads:\ntables:\n"])
    func defaults(yaml: String) throws {
        let settings = try parse(yaml)
        #expect(settings.database == .sqlite(path: "./breakbulk.db"))
        #expect(settings.listen == .standard)
        #expect(settings.uploadsPath == "./uploads")
        #expect(settings.limits == Limits())
        #expect(!settings.isOpen)
        #expect(settings.creditsDefault == nil)
    }

    @Test(
        "A faulty key is named with its line and what to do",
        arguments: [
            (
                "listen: 127.0.0.1:1\nlimitz: {}", SettingsError.Code.unknownKey,
                "breakbulk.yaml:2: `limitz` is not a known key; did you mean `limits`?"
            ),
            (
                "limits:\n  inflate_ratio: 5\n  reqest_bytes: 1", .unknownKey,
                "breakbulk.yaml:3: `limits.reqest_bytes` is not a known key; did you mean `request_bytes`?"
            ),
            (
                "tables:\n  a:\n    keys: id", .unknownKey,
                "breakbulk.yaml:3: `tables.a.keys` is not a known key; did you mean `key`?"
            ),
            (
                "zzz: 1", .unknownKey,
                "breakbulk.yaml:1: `zzz` is not a known key; keys here: database, listen, public_url, uploads, auth, "
                    + "limits, webhooks, credits, tables."
            ),
            ("limits: 5", .wrongType, "breakbulk.yaml:1: `limits` must be a group of keys."),
            (
                "\nlimits: { jobs_per_tenant: many }", .wrongType,
                "breakbulk.yaml:2: `limits.jobs_per_tenant` must be a whole number."
            ),
            (
                "limits: { record_bytes: 1 mile }", .wrongType,
                "breakbulk.yaml:1: `limits.record_bytes` must be a size such as 1048576, 64MiB or 10GiB."
            ),
            (
                "limits: { jobs_per_tenant: 0 }", .outOfRange,
                "breakbulk.yaml:1: `limits.jobs_per_tenant` must be from 1 to 1000000, and is 0."
            ),
            (
                "tables: { a: { required: id } }", .wrongType,
                "breakbulk.yaml:1: `tables.a.required` must be a list: [one, two]."
            ),
            (
                "tables: { a: { required: [[id]] } }", .wrongType,
                "breakbulk.yaml:1: `tables.a.required[0]` must be a single value."
            ),
            (
                "webhooks: { allow_http: maybe }", .wrongType,
                "breakbulk.yaml:1: `webhooks.allow_http` must be true or false."
            ),
            ("auth: { mode: none }", .wrongType, "breakbulk.yaml:1: `auth.mode` must be `keys` or `open`."),
            (
                "auth: { jwt: { issuer: a } }", .wrongType,
                "breakbulk.yaml:1: `auth.jwt` needs exactly one of `secret`, `public_key` and `jwks_file`."
            ),
            (
                "auth: { jwt: { secret: short } }", .outOfRange,
                "breakbulk.yaml:1: `auth.jwt.secret` must have at least 32 bytes."
            ),
            (
                "credits: { default: -1 }", .wrongType,
                "breakbulk.yaml:1: `credits.default` must be `unlimited` or a whole number."
            ),
            (
                "tables: { a: { aggregates: { x: median(y) } } }", .wrongType,
                "breakbulk.yaml:1: `tables.a.aggregates.x` must be sum(column), avg(column), min(column), max(column), "
                    + "count(), succeeded() or failed()."
            ),
            (
                "tables: { a: { lock: {} } }", .wrongType,
                "breakbulk.yaml:1: `tables.a.lock` needs a `column`."
            ),
            (
                "listen: 8080", .wrongType,
                "breakbulk.yaml:1: `listen` must be HOST:PORT, such as 127.0.0.1:8080."
            ),
            (
                "public_url: bulk", .wrongType,
                "breakbulk.yaml:1: `public_url` must be an address such as https://bulk.example.com."
            ),
            (
                "database: mysql://u:secret@h/d", .wrongType,
                "breakbulk.yaml:1: `database` must be sqlite:PATH, such as sqlite:./breakbulk.db, or postgres://user@host/name."
            ),
            (
                "database: shop", .wrongType,
                "breakbulk.yaml:1: `database` must be sqlite:PATH, such as sqlite:./breakbulk.db, or postgres://user@host/name."
            ),
            ("- a\n- b", .wrongType, "breakbulk.yaml:1: the file must be a group of keys."),
        ])
    func faults(yaml: String, code: SettingsError.Code, text: String) {
        #expect(fault(yaml)?.code == code)
        #expect(fault(yaml)?.description == text)
    }

    @Test("What is not YAML, or says a key twice, is refused with its line")
    func syntax() {
        #expect(fault("a: [1\nb: 2")?.code == .syntax)
        #expect(fault("listen: 127.0.0.1:1\n\tdatabase: x")?.place == "breakbulk.yaml:2")
        #expect(fault("listen: 127.0.0.1:1\nlisten: 127.0.0.1:2")?.code == .syntax)
    }

    @Test("Variables override the file, and options override both")
    func precedence() throws {
        let yaml = "database: sqlite:file.db\nlisten: 127.0.0.1:1\nuploads: { path: from-file }"
        try withFile(yaml) { path in
            let environment = [
                "BREAKBULK_CONFIG": path, "BREAKBULK_LISTEN": "127.0.0.1:2", "BREAKBULK_UPLOADS": "",
            ]
            let settings = try loaded(environment, ["listen": "127.0.0.1:3"])
            #expect(settings.database == .sqlite(path: "file.db"))
            #expect(settings.listen.port == 3)
            #expect(settings.uploadsPath == "from-file")
            #expect(try loaded(environment).listen.port == 2)
            let other = try loaded([
                "BREAKBULK_DATABASE": "sqlite:/x.db", "BREAKBULK_PUBLIC_URL": "http://a",
                "BREAKBULK_UPLOADS": "/u",
            ])
            #expect(other.database == .sqlite(path: "/x.db"))
            #expect(other.publicURL == "http://a")
            #expect(other.uploadsPath == "/u")
        }
    }

    @Test("A fault in a variable or option names it")
    func overrideFaults() {
        #expect(
            throws: SettingsError(
                .wrongType, at: "BREAKBULK_LISTEN", "`listen` must be HOST:PORT, such as 127.0.0.1:8080.")
        ) {
            try loaded(["BREAKBULK_LISTEN": "x"])
        }
        #expect(
            throws: SettingsError(
                .wrongType, at: "--database",
                "`database` must be sqlite:PATH, such as sqlite:./breakbulk.db, or postgres://user@host/name."
            )
        ) {
            try loaded([:], ["database": "mysql://u:secret@h/d"])
        }
    }

    @Test("A named file that is not there is refused, the standard one is not needed")
    func missingFile() throws {
        #expect(throws: SettingsError.self) {
            try Settings.load(file: "/nowhere/breakbulk.yaml", environment: [:], overrides: [:])
        }
        #expect(throws: Never.self) { try loaded([:]) }
    }

    @Test("Open authentication is for loopback only")
    func open() throws {
        try withFile("auth: open") { path throws in
            #expect(try loaded(["BREAKBULK_CONFIG": path]).isOpen)
            #expect(try loaded(["BREAKBULK_CONFIG": path], ["listen": "[::1]:80"]).isOpen)
            let refused = #expect(throws: SettingsError.self) {
                try loaded(["BREAKBULK_CONFIG": path], ["listen": "0.0.0.0:80"])
            }
            #expect(refused?.code == .refused)
        }
    }

    @Test(
        "Sizes have decimal and binary units",
        arguments: [
            ("5", 5), ("64MiB", 64 << 20), ("10 GiB", 10 << 30), ("1tib", 1 << 40), ("5MB", 5_000_000),
            ("7B", 7),
            ("2KB", 2000), ("", nil), ("GiB", nil), ("-1", nil), ("1.5GiB", nil), ("9999999999TiB", nil),
            ("5 bananas", nil),
        ] as [(String, Int?)])
    func sizes(text: String, expected: Int?) {
        #expect(ByteSize.read(text) == expected)
    }

    @Test(
        "Addresses to listen on",
        arguments: [
            ("127.0.0.1:8080", ListenAddress(host: "127.0.0.1", port: 8080)),
            ("[::1]:0", ListenAddress(host: "::1", port: 0)),
            ("localhost:65535", ListenAddress(host: "localhost", port: 65_535)), ("::1:80", nil),
            (":80", nil), ("a:65536", nil),
            ("a:", nil), ("a b:1", nil), ("http://a:1", nil), ("", nil),
        ] as [(String, ListenAddress?)])
    func addresses(text: String, expected: ListenAddress?) {
        #expect(ListenAddress(text) == expected)
    }

    @Test(
        "Addresses of databases",
        arguments: [
            ("sqlite:./a.db", DatabaseAddress.sqlite(path: "./a.db")),
            ("sqlite:///abs/a", .sqlite(path: "/abs/a")),
            ("data/a.db", .sqlite(path: "data/a.db")), ("a.sqlite3", .sqlite(path: "a.sqlite3")),
            ("postgres://h/a.db", .postgres(url: "postgres://h/a.db")),
            ("postgresql://h", .postgres(url: "postgresql://h")), ("sqlite:", nil),
            ("sqlite::memory:", nil), ("mysql://a.db", nil), ("a", nil),
        ] as [(String, DatabaseAddress?)])
    func databases(text: String, expected: DatabaseAddress?) {
        #expect(DatabaseAddress(text) == expected)
    }

    @Test(
        "A PostgreSQL address is shown without password and parameters",
        arguments: [
            ("postgres://app:s3:cr@t@db:5432/shop?sslmode=require&password=x", "postgres://app@db:5432/shop"),
            ("postgres://app@db/shop", "postgres://app@db/shop"),
            ("postgresql:///shop", "postgresql:///shop"),
        ])
    func shown(text: String, expected: String) {
        #expect(DatabaseAddress(text)?.shown == expected)
    }

    @Test("A server's plan takes over what the settings say, and a fault is a usage error")
    func plan() throws {
        var settings = try parse(Self.whole)
        settings.isOpen = true
        let plan = ServePlan(settings)
        #expect(plan.database == .sqlite(path: "./shop.db"))
        #expect(plan.port == 9090)
        #expect(plan.rules.keys.sorted() == ["orders", "sales"])
        #expect(plan.isOpen)
        let failure = #expect(throws: CommandFailure.self) {
            try ServePlan.load(file: nil, environment: ["BREAKBULK_LISTEN": "x"], overrides: [:])
        }
        #expect(failure?.status == .usage)
    }
}
