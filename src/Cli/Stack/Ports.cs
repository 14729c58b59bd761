using System.Net;
using System.Net.Sockets;

namespace AeServerless.Cli.Stack;

internal static class Ports
{
    /// <summary>The preferred ports if all of them are free on the loopback address, else as many that the system picks.</summary>
    public static int[] Choose(params int[] preferred) => preferred.All(IsFree) ? preferred : Free(preferred.Length);

    private static int[] Free(int count)
    {
        // All are held at once: the system would else hand out the same port twice.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
            {
                listener.Start();
            }

            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Stop();
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
