import BulkModel
import Formats

/// Works out the write of a selection: its plan and the values that every record gets.
struct WriteBuilder {
    let target: PlanTarget
    let key: ColumnDescription
    var faults: SelectionFaults
    private(set) var settings: [Setting] = []

    /// One column and what it is set to.
    struct Setting {
        let planned: PlannedColumn
        let value: JSONValue
        /// The value stands for the time of the write.
        var isTime = false
        /// Where a fault lies: a place in the request, or else in the configuration.
        let place: String
        let isConfigured: Bool
    }

    /// A time whose text is as long as any, to find out whether the columns take it.
    private static let sampleTime = Timestamp(microseconds: 1_700_000_000_123_000)

    init(_ target: PlanTarget, key: ColumnDescription, faults: SelectionFaults) {
        self.target = target
        self.key = key
        self.faults = faults
    }

    /// Names of the columns that are set, in order.
    var columnNames: [String] { settings.map(\.planned.column.name) }

    /// Takes what the caller asks for; nothing of it when it names too many columns.
    mutating func add(_ updates: [JSONValue.Member], _ limits: Limits) {
        guard !updates.isEmpty else {
            return faults.add(
                "nothing_to_set", field: "updates", .invalidRequest,
                "An update needs at least one column in `updates`.")
        }
        guard updates.count <= limits.columnsMax else {
            return faults.add(
                "too_many_columns", field: "updates", .invalidRequest,
                "The `updates` name \(updates.count) columns, more than \(limits.columnsMax).")
        }
        let names = ColumnNames(target.table)
        for update in updates { add(update, names) }
        var bytes: [UInt8] = []
        for setting in settings { _ = setting.value.field(in: &bytes) }
        guard bytes.count > limits.recordBytesMax else { return }
        faults.add(
            "updates_too_large", field: "updates", .recordTooLarge,
            "The values in `updates` have \(bytes.count) bytes, more than \(limits.recordBytesMax).")
    }

    /// Sets a mark of the configuration.
    mutating func add(_ mark: Mark, place: String) {
        let value: JSONValue
        switch mark.meaning {
        case .flag: value = .bool(true)
        case .value(let text): value = .string(text)
        case .time: return addTime(configured(mark.column), place: place)
        }
        add(Setting(planned: configured(mark.column), value: value, place: place, isConfigured: true))
    }

    /// Sets the column to the time of the write where another column changes, unless it is set already.
    mutating func addChangeTime(_ column: ColumnDescription, place: String) {
        addTime(configured(column, isChangeTime: true), place: place)
    }

    private mutating func addTime(_ planned: PlannedColumn, place: String) {
        let column = planned.column
        guard !columnNames.contains(column.name) else { return }
        let text = Self.sampleTime.rfc3339
        let value: JSONValue = column.type == .date ? .string(String(text.prefix(10))) : .string(text)
        var setting = Setting(planned: planned, value: value, place: place, isConfigured: true)
        setting.isTime = true
        add(setting)
    }

    private mutating func add(_ update: JSONValue.Member, _ names: ColumnNames) {
        let place = "updates.\(update.name)"
        guard let column = names.column(update.name) else {
            return faults.addUnknown(update.name, field: place, names)
        }
        if let reason = refusal(of: column) {
            return faults.add(
                "not_writable", field: place, .unknownColumn, "Column \"\(column.name)\" \(reason).")
        }
        add(
            Setting(
                planned: target.planned(column), value: update.value, place: place, isConfigured: false))
    }

    private func refusal(of column: ColumnDescription) -> String? {
        if column.name == key.name { return "identifies the records and cannot be changed" }
        if column.name == target.rules.tenantColumn { return "holds the tenant and cannot be changed" }
        if column.isGenerated { return "is computed by the database and cannot be written" }
        return columnNames.contains(column.name) ? "is given more than once; leave one" : nil
    }

    /// The caller's enumerations do not bind the configuration's own marks.
    private func configured(_ column: ColumnDescription, isChangeTime: Bool = false) -> PlannedColumn {
        PlannedColumn(
            column: column, isRequired: false, isKey: false, enumeration: column.allowedValues,
            refusesNull: false, isChangeTime: isChangeTime)
    }

    private mutating func add(_ setting: Setting) {
        settings.append(setting)
    }
}
