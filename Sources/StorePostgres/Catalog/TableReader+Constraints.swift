import Planning

/// What holds the tables' rows together: unique indexes, references, conditions.
extension TableReader {
    mutating func readUniqueIndexes() throws {
        let partitionNames = try partitionNames()
        let rows = try rows(CatalogStatements.uniqueIndexes)
        var row = 0
        while row < rows.count {
            let first = row
            let oid = rows.integer(first, 0)
            while row < rows.count, rows.integer(row, 0) == oid { row += 1 }
            addUniqueIndex(rows, first..<row, partitionNames[oid ?? 0] ?? [])
        }
    }

    /// The rows of one index, a part each.
    private mutating func addUniqueIndex(_ rows: Rows, _ parts: Range<Int>, _ partitionNames: Set<String>) {
        var reader = RowReader(rows, parts.lowerBound)
        reader.skip(1)
        guard let place = places[reader.integer()] else { return }
        let name = reader.text()
        let isPrimary = reader.flag()
        let isImmediate = reader.flag()
        let predicate = reader.optionalText()
        let isNullDistinct = reader.flag()
        let names = parts.compactMap { rows.text($0, Self.columnNamePlace) }
        let columns = names.count == parts.count ? names : []
        tables[place].uniqueIndexes.append(
            PostgresTable.UniqueIndex(
                name: name, columns: columns,
                expressions: parts.compactMap { rows.text($0, Self.columnNamePlace + 1) },
                predicate: predicate, isNullDistinct: isNullDistinct, partitionNames: partitionNames,
                isImmediate: isImmediate))
        if isPrimary {
            tables[place].description.primaryKey = columns
        } else if !columns.isEmpty, predicate == nil, isImmediate {
            tables[place].description.uniqueKeys.append(columns)
        }
    }

    private static let columnNamePlace = 7

    private func partitionNames() throws -> [Int: Set<String>] {
        guard tables.contains(where: \.isPartitioned) else { return [:] }
        let rows = try rows(CatalogStatements.indexPartitions)
        var names: [Int: Set<String>] = [:]
        for row in 0..<rows.count {
            var reader = RowReader(rows, row)
            names[reader.integer(), default: []].insert(reader.text())
        }
        return names
    }

    mutating func readForeignKeys() throws {
        let rows = try rows(CatalogStatements.foreignKeys)
        var row = 0
        while row < rows.count {
            let first = row
            let oid = rows.integer(first, 0)
            while row < rows.count, rows.integer(row, 0) == oid { row += 1 }
            addForeignKey(rows, first..<row)
        }
    }

    /// The rows of one foreign key, a column each.
    private mutating func addForeignKey(_ rows: Rows, _ parts: Range<Int>) {
        var reader = RowReader(rows, parts.lowerBound)
        reader.skip(1)
        let child = places[reader.integer()]
        let parent = places[reader.integer()]
        var key = PostgresTable.ForeignKeyConstraint(
            name: reader.text(), table: reader.text(), columns: [], parentTable: reader.text(),
            parentName: reader.text(), parentColumns: [])
        reader.skip(2)
        let isWhole = reader.flag()
        let isSelf = reader.flag()
        key.columns = parts.map { rows.text($0, Self.keyColumnPlace) ?? "" }
        key.parentColumns = parts.map { rows.text($0, Self.keyColumnPlace + 1) ?? "" }
        if let child, isSelf { tables[child].needsFileOrder = true }
        if let child, isWhole {
            tables[child].foreignKeys.append(key)
            tables[child].description.foreignKeys.append(
                TableDescription.ForeignKey(
                    columns: key.columns, parentTable: key.parentName, parentColumns: key.parentColumns))
        }
        if let parent { tables[parent].referringKeys.append(key) }
    }

    private static let keyColumnPlace = 7

    mutating func readChecks() throws {
        let rows = try rows(CatalogStatements.checks)
        for row in 0..<rows.count {
            var reader = RowReader(rows, row)
            guard let place = places[reader.integer()] else { continue }
            let name = reader.text()
            guard let expression = reader.optionalText() else { continue }
            tables[place].checks.append(PostgresTable.CheckConstraint(name: name, expression: expression))
            tables[place].description.checks.append(expression)
        }
    }
}
