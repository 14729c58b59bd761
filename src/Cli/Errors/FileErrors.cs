namespace AeServerless.Cli.Errors;

/// <summary>What users are told of files and folders that can't be used.</summary>
internal static class FileErrors
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int DiskFull = unchecked((int)0x80070070);

    /// <summary>The system's message, which names the path, and what to do.</summary>
    public static string Describe(Exception exception) => $"{exception.Message.TrimEnd('.', ' ')}; {Remedy(exception)}.";

    private static string Remedy(Exception exception) => exception switch
    {
        PathTooLongException => "choose a shorter name",
        FileNotFoundException or DirectoryNotFoundException => "look whether the path is spelled right",
        UnauthorizedAccessException => "choose a file or folder that you may read and write, or change its permissions",
        IOException { HResult: NoSpace or QuotaExceeded or DiskFull } => "make room there, or choose another folder",
        _ when exception.Message.Contains("same name already exists", StringComparison.Ordinal) =>
            "a folder is needed there: choose another path, or remove that file",
        _ when exception.Message.Contains("too long", StringComparison.OrdinalIgnoreCase) => "choose a shorter name",
        _ => "choose a path that is of the right kind (a file or a folder) and can be read and written",
    };
}
