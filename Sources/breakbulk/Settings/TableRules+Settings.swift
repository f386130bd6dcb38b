import Planning

extension TableRules {
    private static let keys = [
        "key", "tenant_column", "required", "enums", "status", "archive", "lock", "soft_delete", "timestamps",
        "aggregates",
    ]

    /// From one entry below `tables`.
    init(_ node: SettingsNode) throws(SettingsError) {
        let section = try node.section(Self.keys)
        self.init()
        if let key = section["key"] { try applyKey(key) }
        tenantColumn = try section["tenant_column"]?.text()
        required = Set(try section["required"]?.texts() ?? [])
        for member in try section["enums"]?.section(nil).members ?? [] {
            enumerations[member.name] = try Self.values(member.node)
        }
        status = try section["status"].map { node throws(SettingsError) in try StatusRule(node) }
        archive = try section["archive"].map { node throws(SettingsError) in try MarkRule(node) }
        lock = try section["lock"].map { node throws(SettingsError) in try MarkRule(node) }
        softDelete = try section["soft_delete"].map { node throws(SettingsError) in try MarkRule(node) }
        if let node = section["timestamps"] {
            let names = try node.section(["created", "updated"])
            timestamps = TimestampRule(
                created: try names["created"]?.text(), updated: try names["updated"]?.text())
        }
        for member in try section["aggregates"]?.section(nil).members ?? [] {
            aggregates.append(try Self.aggregate(member))
        }
    }

    /// `key: id` or `key: { column: id, prefix: "order-" }`.
    private mutating func applyKey(_ node: SettingsNode) throws(SettingsError) {
        if node.isSingle {
            key = try node.text()
            return
        }
        let section = try node.section(["column", "prefix"])
        guard let column = section["column"] else { throw node.wrong("needs a `column`") }
        key = try column.text()
        keyPrefix = try section["prefix"]?.text()
    }

    private static func values(_ node: SettingsNode) throws(SettingsError) -> [String] {
        let values = try node.texts()
        guard !values.isEmpty else { throw node.wrong("must list at least one value") }
        return values
    }

    private static func aggregate(_ member: SettingsSection.Member) throws(SettingsError) -> Aggregate {
        guard let aggregate = Aggregate(name: member.name, expression: try member.node.text()) else {
            throw member.node.wrong(
                "must be sum(column), avg(column), min(column), max(column), count(), succeeded() or failed()"
            )
        }
        return aggregate
    }
}

extension StatusRule {
    fileprivate init(_ node: SettingsNode) throws(SettingsError) {
        let section = try node.section(["column", "transitions"])
        guard let column = section["column"] else { throw node.wrong("needs a `column`") }
        self.init(column: try column.text())
        for member in try section["transitions"]?.section(nil).members ?? [] {
            transitions[member.name] = try member.node.texts()
        }
    }
}

extension MarkRule {
    fileprivate init(_ node: SettingsNode) throws(SettingsError) {
        let section = try node.section(["column", "value"])
        guard let column = section["column"] else { throw node.wrong("needs a `column`") }
        self.init(column: try column.text(), value: try section["value"]?.text())
    }
}
