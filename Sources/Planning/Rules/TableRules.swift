/// What the configuration says of one table (CONTRACT "Configuration file", `tables`).
package struct TableRules: Hashable, Sendable {
    /// Column that identifies records, instead of the primary key.
    package var key: String?
    /// Prefix of generated ids.
    package var keyPrefix: String?
    package var tenantColumn: String?
    package var required: Set<String>
    /// Allowed values by column.
    package var enumerations: [String: [String]]

    package init(
        key: String? = nil, keyPrefix: String? = nil, tenantColumn: String? = nil,
        required: Set<String> = [], enumerations: [String: [String]] = [:]
    ) {
        self.key = key
        self.keyPrefix = keyPrefix
        self.tenantColumn = tenantColumn
        self.required = required
        self.enumerations = enumerations
    }
}
