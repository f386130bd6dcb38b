import BulkModel
import HTTPFront
import Planning
import Yams

extension Settings {
    private static let keys = [
        "database", "listen", "public_url", "uploads", "auth", "limits", "webhooks", "credits", "tables",
    ]

    /// Takes over what the text of a configuration file says.
    mutating func apply(yaml: String, file: String) throws(SettingsError) {
        guard let root = try Self.root(of: yaml, file: file) else { return }
        let top = try SettingsNode(node: root, file: file, path: "", line: 1).section(Self.keys)
        for key in ["database", "listen", "public_url"] {
            if let node = top[key] { try set(key, try node.text(), at: node.place) }
        }
        if let node = top["uploads"] { try applyUploads(node) }
        if let node = top["auth"] { try applyAuth(node) }
        if let node = top["limits"] { try applyLimits(node) }
        if let node = top["webhooks"] { try applyWebhooks(node) }
        if let node = top["credits"] { try applyCredits(node) }
        for table in try top["tables"]?.section(nil).members ?? [] {
            tables[table.name] = try TableRules(table.node)
        }
    }

    /// Nil for a file without content.
    private static func root(of yaml: String, file: String) throws(SettingsError) -> Node? {
        do {
            return try compose(yaml: yaml)
        } catch let error as YamlError {
            throw syntaxError(error, file: file)
        } catch {
            throw SettingsError(.syntax, at: file, "the file is not YAML.")
        }
    }

    private static func syntaxError(_ error: YamlError, file: String) -> SettingsError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            SettingsError(
                .syntax, at: "\(file):\(mark.line)", "not YAML: \(problem) (column \(mark.column)).")
        case .duplicatedKeysInMapping(let names, let context):
            SettingsError(
                .syntax, at: "\(file):\(context.mark.line)",
                "a key is given twice: \(names.sorted().joined(separator: ", ")).")
        default: SettingsError(.syntax, at: file, "the file is not YAML.")
        }
    }

    private mutating func applyUploads(_ node: SettingsNode) throws(SettingsError) {
        let section = try node.section(["path", "max_bytes", "keep_days"])
        if let path = section["path"] { try set("uploads.path", try path.text(), at: path.place) }
        if let size = section["max_bytes"] { limits.uploadBytesMax = try size.bytes(in: 1...(1 << 44)) }
        if let days = section["keep_days"] {
            limits.resultsKept = .seconds(24 * 3600 * (try days.count(in: 1...3650)))
        }
    }

    /// `auth: open` is short for `auth: { mode: open }`.
    private mutating func applyAuth(_ node: SettingsNode) throws(SettingsError) {
        if node.isSingle { return try applyMode(node) }
        let section = try node.section(["mode", "jwt"])
        if let mode = section["mode"] { try applyMode(mode) }
        if let rules = section["jwt"] { jwt = try JWTRules(rules) }
    }

    private mutating func applyMode(_ node: SettingsNode) throws(SettingsError) {
        switch try node.text() {
        case "keys": isOpen = false
        case "open": isOpen = true
        default: throw node.wrong("must be `keys` or `open`")
        }
    }

    private mutating func applyLimits(_ node: SettingsNode) throws(SettingsError) {
        let section = try node.section(["request_bytes", "record_bytes", "inflate_ratio", "jobs_per_tenant"])
        if let size = section["request_bytes"] {
            limits.requestBytesMax = try size.bytes(in: 1024...(1 << 32))
        }
        // A field's length has 28 bits (`Formats.Field`), so a record must stay well below that.
        if let size = section["record_bytes"] {
            limits.recordBytesMax = try size.bytes(in: 1024...(64 << 20))
        }
        if let ratio = section["inflate_ratio"] { limits.inflateRatioMax = try ratio.count(in: 1...100_000) }
        if let jobs = section["jobs_per_tenant"] {
            limits.jobsPerTenantMax = try jobs.count(in: 1...1_000_000)
        }
    }

    private mutating func applyWebhooks(_ node: SettingsNode) throws(SettingsError) {
        let section = try node.section(["secret", "allow", "allow_http"])
        webhooks.secret = try section["secret"]?.text()
        webhooks.allow = try section["allow"]?.texts() ?? []
        webhooks.allowsHTTP = try section["allow_http"]?.flag() ?? false
    }

    private mutating func applyCredits(_ node: SettingsNode) throws(SettingsError) {
        guard let start = try node.section(["default"])["default"] else { return }
        let text = try start.text()
        guard text != "unlimited" else {
            creditsDefault = nil
            return
        }
        guard let count = Int(text), count >= 0 else {
            throw start.wrong("must be `unlimited` or a whole number")
        }
        creditsDefault = count
    }
}
