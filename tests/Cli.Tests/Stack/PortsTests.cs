using System.Net;
using System.Net.Sockets;
using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Tests.Stack;

public sealed class PortsTests
{
    [Fact]
    public void PortsThatAreTaken_AreReplacedByAsManyFreeOnes()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = ((IPEndPoint)listener.LocalEndpoint).Port;

        var ports = Ports.Choose(taken, taken);

        Assert.Equal(2, ports.Distinct().Count());
        Assert.DoesNotContain(taken, ports);
    }
}
