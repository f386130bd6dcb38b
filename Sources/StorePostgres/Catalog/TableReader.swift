import Planning

/// Reads all tables off the database, by a few statements over all of them.
///
/// Left out: job tables, the system's, temporary ones, those of extensions, views and foreign tables, and
/// partitions, which are written through their parents.
struct TableReader {
    let session: Session
    var tables: [PostgresTable] = []
    /// Place in `tables` by oid.
    var places: [Int: Int] = [:]
    /// By place: columns that the database makes a new value for, with the SQL that makes it.
    private var fillers: [[String: String]] = []

    /// Sorted by name.
    static func tables(_ session: Session) throws -> [PostgresTable] {
        var reader = TableReader(session: session)
        try reader.readTables()
        guard !reader.tables.isEmpty else { return [] }
        try reader.readColumns()
        try reader.readUniqueIndexes()
        try reader.readForeignKeys()
        try reader.readChecks()
        reader.chooseKeyDefaults()
        return reader.tables.sorted { $0.description.name < $1.description.name }
    }

    private init(session: Session) { self.session = session }

    /// Runs a statement over all tables that were found.
    func rows(_ sql: String) throws(ServerFailure) -> Rows {
        try session.execute(sql, [.integers(tables.map(\.oid))])
    }

    private mutating func readTables() throws {
        let rows = try session.execute(CatalogStatements.tables)
        var names: Set<String> = []
        for row in 0..<rows.count {
            let table = Self.table(rows, row)
            // A name with a period can spell a second table like one of another schema: only the first can be
            // reached.
            guard names.insert(table.description.name).inserted else { continue }
            places[table.oid] = tables.count
            tables.append(table)
        }
        fillers = Array(repeating: [:], count: tables.count)
    }

    private static func table(_ rows: Rows, _ row: Int) -> PostgresTable {
        var reader = RowReader(rows, row)
        let oid = reader.integer()
        let name = reader.text()
        let sqlName = reader.text()
        let isPartitioned = reader.flag()
        let hasRowSecurity = reader.flag()
        let hasTriggers = reader.flag()
        return PostgresTable(
            description: TableDescription(name: name, columns: [], primaryKey: [], hasTriggers: hasTriggers),
            oid: oid, sqlName: sqlName, isPartitioned: isPartitioned, hasRowSecurity: hasRowSecurity,
            needsFileOrder: hasTriggers)
    }

    private mutating func readColumns() throws {
        let types = try columnTypes()
        let labels = try labels()
        let rows = try rows(CatalogStatements.columns)
        for row in 0..<rows.count {
            var reader = RowReader(rows, row)
            // Made or changed while we read, which the next look will show.
            guard let place = places[reader.integer()] else { continue }
            let name = reader.text()
            guard let type = types[reader.integer()] else { continue }
            addColumn(name, type, labels[type.base], &reader, to: place)
        }
    }

    private mutating func addColumn(
        _ name: String, _ type: ColumnType, _ labels: [String]?, _ reader: inout RowReader, to place: Int
    ) {
        let valueType = type.valueType(modifier: reader.integer())
        let declaredType = reader.text()
        let isNotNull = reader.flag() || type.isNotNull
        let defaultSQL = reader.optionalText() ?? type.defaultSQL
        let isGenerated = reader.flag()
        let identity = reader.text()
        let filler = reader.optionalText()
        let isBlind = reader.flag()
        let isSerial = filler?.hasPrefix("nextval(") == true
        var column = ColumnDescription(
            name: name, declaredType: declaredType, type: valueType, isNullable: !isNotNull,
            defaultSQL: isGenerated ? nil : defaultSQL, isGenerated: isGenerated, isAutomatic: isSerial,
            allowedValues: labels)
        column.keptForm = type.keptForm
        tables[place].description.columns.append(column)
        tables[place].columnTypes[name] = declaredType
        if isBlind || !type.isComparable { tables[place].incomparableColumns.insert(name) }
        if identity == "a" { tables[place].alwaysIdentityColumns.insert(name) }
        fillers[place][name] = filler
    }

    private func columnTypes() throws -> [Int: ColumnType] {
        let rows = try rows(CatalogStatements.types)
        var types: [Int: ColumnType] = [:]
        for row in 0..<rows.count {
            var reader = RowReader(rows, row)
            let oid = reader.integer()
            types[oid] = ColumnType(
                base: reader.integer(), name: reader.text(), schema: reader.text(), kind: reader.text(),
                isArray: reader.flag(), modifier: reader.integer(), isNotNull: reader.flag(),
                defaultSQL: reader.optionalText(), isComparable: reader.flag())
        }
        return types
    }

    private func labels() throws -> [Int: [String]] {
        let rows = try session.execute(CatalogStatements.labels)
        var labels: [Int: [String]] = [:]
        for row in 0..<rows.count {
            var reader = RowReader(rows, row)
            labels[reader.integer(), default: []].append(reader.text())
        }
        return labels
    }

    /// A key of one column that the database fills is automatic, whatever makes it.
    private mutating func chooseKeyDefaults() {
        for place in tables.indices {
            let description = tables[place].description
            guard description.primaryKey.count == 1,
                let index = description.columns.firstIndex(where: { $0.name == description.primaryKey[0] }),
                let filler = fillers[place][description.primaryKey[0]]
            else { continue }
            tables[place].description.columns[index].isAutomatic = true
            var isInteger = false
            if case .integer = description.columns[index].type { isInteger = true }
            tables[place].keyDefault = PostgresTable.KeyDefault(
                column: description.primaryKey[0], expression: filler, isInteger: isInteger)
        }
    }
}
