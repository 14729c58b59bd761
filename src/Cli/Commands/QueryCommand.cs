using System.CommandLine;
using AeServerless.Cli.Queries;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae query</c>: SQL over a run's tables.</summary>
internal static class QueryCommand
{
    private const string Columns =
        "SELECT table_name AS \"table\", column_name AS \"column\", data_type AS type FROM information_schema.columns "
        + "WHERE table_schema = 'main' ORDER BY table_name, ordinal_position";

    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run's id." };
        var sql = new Argument<string?>("sql")
        {
            Description = "The query, in DuckDB's SQL; without one, tables and columns are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var format = new Option<string>("--format")
        {
            Description = "table, csv or json.",
            DefaultValueFactory = _ => "table",
        }.AcceptOnlyFromAmong("table", "csv", "json");
        var command = new Command(
            "query", "Asks a run's tables by SQL. They are exported as Parquet when first asked, and kept in .ae/exports.")
        {
            run, sql, format,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(run), result.GetValue(sql) ?? Columns, result.GetRequiredValue(format), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string runId, string sql, string format, CancellationToken cancellationToken)
    {
        var (folder, report) = await KeptTables.FindAsync(runId, cancellationToken);
        using var tables = QueryTables.Open(folder, report);
        if (format == "json")
        {
            using var json = new JsonRows(Console.Out);
            await tables.RunAsync(sql, json, cancellationToken);
            return 0;
        }

        await tables.RunAsync(sql, format == "csv" ? new CsvWriter(Console.Out) : new TableWriter(Console.Out), cancellationToken);
        return 0;
    }
}
