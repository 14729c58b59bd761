using System.Globalization;

namespace AeServerless.Cli.Errors;

/// <summary>An end that no user is to blame for: its trace goes to a file, to be reported.</summary>
internal static class UnexpectedError
{
    /// <summary>Set to anything, it shows the trace in the terminal.</summary>
    private const string DebugSwitch = "AE_DEBUG";

    public static string Describe(Exception e)
    {
        if (Environment.GetEnvironmentVariable(DebugSwitch) is { Length: > 0 })
        {
            Console.Error.WriteLine(e);
        }

        var what = $"unexpected {e.GetType().Name}: {e.Message.TrimEnd('.')}; report this";
        return WriteTrace(e) is { } file ? $"{what} with {file}" : $"{what} with what {DebugSwitch}=1 shows";
    }

    private static string? WriteTrace(Exception e)
    {
        try
        {
            var time = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'.'fff", CultureInfo.InvariantCulture);
            var file = Path.Combine(Repository.State, "errors", $"{time}.txt");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, e.ToString());
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TypeInitializationException)
        {
            return null;
        }
    }
}
