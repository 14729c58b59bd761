using System.Text.Json;

namespace AeServerless.Cli.Stack;

/// <summary>How to reach a function app and its storage account.</summary>
/// <param name="Address">The app's root, such as http://127.0.0.1:7071/.</param>
/// <param name="Key">The function key that the app's HTTP API asks for.</param>
/// <param name="Storage">Connection string of the storage account, or the URI of its blob service to use the signed-in identity.</param>
internal sealed record Connection(Uri Address, string Key, string Storage)
{
    private const string FileName = "connection.json";

    /// <summary>
    /// From the environment (AE_HOST, AE_KEY, AE_STORAGE; or AE_DATA, a data folder of <c>./ae up</c>), else of the stack that
    /// <c>./ae up</c> runs.
    /// </summary>
    public static Connection Find() => Find(Environment.GetEnvironmentVariable, new RunningStacks(Repository.State));

    /// <summary>From variables, else of the stack that runs.</summary>
    /// <exception cref="CliException">There is none, several run, or a variable is missing or wrong.</exception>
    public static Connection Find(Func<string, string?> variable, RunningStacks stacks)
    {
        if (variable("AE_HOST") is { Length: > 0 } host)
        {
            return Uri.TryCreate(host, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? new Connection(address, FunctionKey(variable), StorageAddress.Check(Required(variable, "AE_STORAGE"), "AE_STORAGE"))
                : throw new CliException($"AE_HOST: '{host}' is not an address; it looks like http://127.0.0.1:7071.");
        }

        var named = variable("AE_DATA") is { Length: > 0 } data ? Path.GetFullPath(data) : null;
        var path = Path.Combine(named ?? stacks.Find(), FileName);
        return File.Exists(path)
            ? Read(path)
            : throw new CliException(named is null
                ? "No function app to talk to: start one with ./ae up, or set AE_HOST, AE_KEY and AE_STORAGE."
                : $"AE_DATA: no ./ae up runs on {named}; start it with ./ae up --data {named}.");
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

    private static Connection Read(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Connection>(File.ReadAllText(path));
            return read is { Address: not null, Key: not null, Storage: not null } ? read : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CliException($"{path}: is damaged; end ./ae up and start it again, which writes it anew.");
        }
    }

    private static string FunctionKey(Func<string, string?> variable)
    {
        var key = Required(variable, "AE_KEY");
        return key.All(character => character is > ' ' and <= '~')
            ? key
            : throw new CliException("AE_KEY: has characters that no function key has; copy it anew, without blanks and line ends.");
    }

    private static string Required(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } value
        ? value
        : throw new CliException(
            $"{name}: not set; AE_HOST is, and goes with AE_KEY (a function key) and AE_STORAGE (a connection string or "
            + "blob service URI).");
}
