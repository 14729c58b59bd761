using System.Text.Json;

namespace AeServerless.Cli.Stack;

/// <summary>How to reach a function app and its storage account.</summary>
/// <param name="Address">The app's root, such as http://127.0.0.1:7071/.</param>
/// <param name="Key">The function key that the app's HTTP API asks for.</param>
/// <param name="Storage">Connection string of the storage account, or the URI of its blob service to use the signed-in identity.</param>
internal sealed record Connection(Uri Address, string Key, string Storage)
{
    private const string FileName = "connection.json";

    /// <summary>From the environment (AE_HOST, AE_KEY, AE_STORAGE), else of the stack that <c>./ae up</c> runs.</summary>
    public static Connection Find()
    {
        if (Environment.GetEnvironmentVariable("AE_HOST") is { Length: > 0 } host)
        {
            return Uri.TryCreate(host, UriKind.Absolute, out var address)
                ? new Connection(address, FromEnvironment("AE_KEY"), FromEnvironment("AE_STORAGE"))
                : throw new CliException($"AE_HOST: '{host}' is not an address; it looks like http://127.0.0.1:7071.");
        }

        var path = Path.Combine(Repository.State, "up", FileName);
        return File.Exists(path)
            ? JsonSerializer.Deserialize<Connection>(File.ReadAllText(path))!
            : throw new CliException("No function app to talk to: start one with ./ae up, or set AE_HOST, AE_KEY and AE_STORAGE.");
    }

    /// <summary>Leaves it in the folder for commands in other terminals; readable by this user alone, as it holds the key.</summary>
    public void Save(string folder)
    {
        var path = Path.Combine(folder, FileName);
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, this);
    }

    public static void Forget(string folder) => File.Delete(Path.Combine(folder, FileName));

    private static string FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new CliException($"{name}: not set; AE_HOST is, and goes with AE_KEY (a function key) and AE_STORAGE (a connection "
            + "string or blob service URI).");
}
