namespace AeServerless.Cli.Queries;

/// <summary>Writes the rows of a query.</summary>
internal interface IRowWriter
{
    /// <summary>Takes the names of the columns.</summary>
    void Begin(IReadOnlyList<string> columns);

    /// <summary>Takes a row: a value for each column, <see langword="null"/> where there is none. The array is used again.</summary>
    void Add(IReadOnlyList<object?> row);

    /// <summary>Says that there are no more.</summary>
    void End();
}
