using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>A column of a table and the values that it writes next.</summary>
/// <param name="name">The column's name.</param>
/// <param name="encoding">The encoding; a dictionary where <see langword="null"/>.</param>
internal abstract class ParquetColumn(string name, Encoding? encoding)
{
    public string Name { get; } = name;

    /// <summary>The path of its values.</summary>
    public virtual string Path => Name;

    public Encoding? Encoding { get; } = encoding;

    public abstract Column Definition { get; }

    public abstract void Write(RowGroupWriter group, Range rows);
}
