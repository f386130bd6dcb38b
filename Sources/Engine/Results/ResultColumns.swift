import Planning

/// The columns that results add beside the upload's own, in their order.
struct ResultColumns: Sendable {
    let names: [String]

    init(_ names: ResultNames) { self.names = names.all }

    /// Indexes of the upload's own columns: those of a result that was sent again are left out, or they would
    /// stand there twice.
    func own(of header: [String]) -> [Int] {
        header.indices.filter { !names.contains(header[$0]) }
    }

    /// True when the bytes spell one of the added names.
    func isAdded(_ name: UnsafeRawBufferPointer) -> Bool {
        guard name.first == UInt8(ascii: "_") else { return false }
        return names.contains { $0.utf8.elementsEqual(name) }
    }

    /// Where the header has the column: by its very name, else by case and outer spaces, as the planner finds it.
    static func place(of column: String, in header: [String]) -> Int? {
        if let exact = header.firstIndex(of: column) { return exact }
        let wanted = column.lowercased()
        return header.firstIndex { name in
            let text = name.drop { $0 == " " }
            return text.prefix(text.count - text.reversed().prefix { $0 == " " }.count).lowercased() == wanted
        }
    }
}
