using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AeServerless.Infra.Tests.Settings;

/// <summary>Remembers which keys were asked for.</summary>
internal sealed class RecordingConfiguration(IConfiguration inner) : IConfiguration
{
    public HashSet<string> Read { get; } = new(StringComparer.Ordinal);

    public string? this[string key]
    {
        get
        {
            Read.Add(key);
            return inner[key];
        }
        set => throw new NotSupportedException();
    }

    public IEnumerable<IConfigurationSection> GetChildren() => inner.GetChildren();

    public IChangeToken GetReloadToken() => inner.GetReloadToken();

    public IConfigurationSection GetSection(string key)
    {
        Read.Add(key);
        return inner.GetSection(key);
    }
}
