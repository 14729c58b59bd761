using System.Net;
using System.Net.Sockets;

namespace AeServerless.TestSupport;

/// <summary>TCP ports on the loopback address that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Finds free ports, all different.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The ports.</returns>
    public static int[] Take(int count)
    {
        // All are held until the last is found, or the same one could be handed out twice.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
