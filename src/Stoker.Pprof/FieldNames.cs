namespace Stoker.Pprof;

/// <summary>The names of the fields in <c>profile.proto</c> by their number, for the path in a <see cref="PprofError"/>.</summary>
internal static class FieldNames
{
    public static readonly string[] Profile =
    [
        "", "sample_type", "sample", "mapping", "location", "function", "string_table", "drop_frames", "keep_frames", "time_nanos",
        "duration_nanos", "period_type", "period", "comment", "default_sample_type", "doc_url",
    ];

    /// <summary>Fields 2 to 6, for what there may be too many of.</summary>
    public static readonly string[] Tables = ["samples", "mappings", "locations", "functions", "strings"];

    public static readonly string[] ValueType = ["", "type", "unit"];

    public static readonly string[] Sample = ["", "location_id", "value", "label"];

    public static readonly string[] Label = ["", "key", "str", "num", "num_unit"];

    public static readonly string[] Mapping =
    [
        "", "id", "memory_start", "memory_limit", "file_offset", "filename", "build_id", "has_functions", "has_filenames",
        "has_line_numbers", "has_inline_frames",
    ];

    public static readonly string[] Location = ["", "id", "mapping_id", "address", "line", "is_folded"];

    public static readonly string[] Line = ["", "function_id", "line", "column"];

    public static readonly string[] Function = ["", "id", "name", "system_name", "filename", "start_line"];

    /// <summary>Appends a field of a message to the path of the message.</summary>
    public static string Inside(string path, string[] names, int field) =>
        field > 0 && field < names.Length ? $"{path}.{names[field]}" : path;
}
