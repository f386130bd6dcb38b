package import BulkModel

/// A list as its address asks for it: read once the table's columns are known.
package struct ListReading: Sendable {
    /// Parameters of the address, decoded. In a batch, a value that is wholly `$op1.column` refers to an earlier result.
    package var items: [Item]
    /// What the parameters ask of a table with columns of these names, or what is wrong with them.
    package let request: @Sendable (_ items: [Item], _ columns: [String]) -> Result<ListRequest, Refusal>

    /// One parameter.
    package struct Item: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        items: [Item],
        request: @escaping @Sendable (_ items: [Item], _ columns: [String]) -> Result<ListRequest, Refusal>
    ) {
        self.items = items
        self.request = request
    }
}
