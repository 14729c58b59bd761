using System.Security.Cryptography;
using System.Text;
using AeServerless.LocalHost.Settings;
using Microsoft.AspNetCore.Http;

namespace AeServerless.LocalHost.Http;

/// <summary>The key of HTTP calls: made once, kept in a file that only its owner can read.</summary>
internal sealed class HostKey
{
    private const int KeyBytes = 32;
    private readonly byte[] _hash;

    private HostKey(string path, string key)
    {
        Path = path;
        Text = key;
        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
    }

    /// <summary>The file with the key.</summary>
    public string Path { get; }

    /// <summary>The key.</summary>
    public string Text { get; }

    /// <summary>Reads the key, or makes one.</summary>
    /// <exception cref="HostConfigurationException">The file can't be read or written.</exception>
    public static HostKey Open(HostSettings settings)
    {
        var path = System.IO.Path.Combine(settings.StateFolder, "http.key");
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            var key = File.ReadAllText(path).Trim();
            return key.Length >= KeyBytes
                ? new(path, key)
                : throw new HostConfigurationException(
                    $"The key file {path} holds less than {KeyBytes} characters: remove it, and a new key is made.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostConfigurationException(
                $"The key file {path} can't be read or made: {e.Message} Setting 'LocalHostStateFolder' chooses another folder.");
        }
    }

    /// <summary>Whether a request carries the key, in its header or its address.</summary>
    public bool Opens(HttpRequest request)
    {
        var given = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _hash);
    }

    private static void Create(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // Written beside and moved into place: whoever reads sees all of it, and of two that start at once one wins.
        var made = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(made, options))
        {
            file.Write(Encode(RandomNumberGenerator.GetBytes(KeyBytes)));
        }

        try
        {
            File.Move(made, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(made);
        }
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
