using System.Security.Cryptography;
using System.Text;
using AeServerless.EmbeddedHost.Hosting;

namespace AeServerless.EmbeddedHost.Http;

/// <summary>The key of HTTP calls: made once, kept in a file that only its owner can read.</summary>
internal sealed class HostKey
{
    private const int KeyBytes = 32;
    private readonly byte[] _function;
    private readonly byte[] _management;

    private HostKey(string path, string key)
    {
        Path = path;
        _function = SHA256.HashData(Encoding.UTF8.GetBytes(key));

        // Management addresses carry a key; it must not be the one that opens the functions.
        Management = Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), "durabletask"u8));
        _management = SHA256.HashData(Encoding.UTF8.GetBytes(Management));
    }

    /// <summary>The file with the key.</summary>
    public string Path { get; }

    /// <summary>The key of the management API alone.</summary>
    public string Management { get; }

    /// <summary>Reads the key, or makes one.</summary>
    /// <exception cref="HostConfigurationException">The file can't be read or written.</exception>
    public static HostKey Open(HostSettings settings)
    {
        var path = System.IO.Path.Combine(settings.StateFolder, "http.key");
        try
        {
            if (!File.Exists(path))
                Create(path);
            var key = File.ReadAllText(path).Trim();
            return key.Length >= KeyBytes
                ? new(path, key)
                : throw new HostConfigurationException($"The key file {path} holds less than {KeyBytes} characters: remove it, and a new key is made.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostConfigurationException($"The key file {path} can't be read or made: {e.Message} Setting 'EmbeddedHostStateFolder' chooses another folder.");
        }
    }

    /// <summary>Whether a caller has the key of functions.</summary>
    public bool OpensFunctions(string? given) => Equal(given, _function);

    /// <summary>Whether a caller has a key of the management API.</summary>
    public bool OpensManagement(string? given) => Equal(given, _management) | Equal(given, _function);

    private static void Create(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Written beside and moved into place: whoever reads sees all of it, and of two that start at once one wins.
        var made = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(made, options))
            file.Write(Encode(RandomNumberGenerator.GetBytes(KeyBytes)));
        try
        {
            File.Move(made, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(made);
        }
    }

    private static bool Equal(string? given, byte[] hash) =>
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), hash);

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
