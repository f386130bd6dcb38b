/// The condition that leaves a table one tenant's rows.
enum TenantCondition {
    /// Compares texts byte by byte, so that no collation, padding or type of its own (citext, char) lets another tenant's
    /// rows pass; where the plain comparison means the same it stands beside it, for the sake of an index.
    static func sql(column: String, declaredType: String, tenant: String) -> String {
        let name = QuerySQL.identifier(column)
        let value = QuerySQL.literal(tenant)
        let exact = "\(name)::text COLLATE \"C\" = \(value)"
        return isIndexable(declaredType, tenant) ? "\(name) = \(value) AND \(exact)" : exact
    }

    /// True when `column = 'tenant'` is no error and true of each row that the exact comparison takes.
    private static func isIndexable(_ type: String, _ tenant: String) -> Bool {
        switch type {
        case "text": true
        case "smallint", "integer", "bigint": isPlainNumber(tenant)
        case "uuid": isPlainUUID(tenant)
        default: type.hasPrefix("character varying")
        }
    }

    /// Short enough for every type of whole numbers.
    private static func isPlainNumber(_ text: String) -> Bool {
        1...4 ~= text.utf8.count && text.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }

    /// As the server writes one: 32 small hexadecimal digits, in groups of 8, 4, 4, 4, 12.
    private static func isPlainUUID(_ text: String) -> Bool {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12]
            && groups.joined().allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
    }
}
