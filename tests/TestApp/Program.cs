using AeServerless.LocalHost.Hosting;
using Microsoft.Extensions.Hosting;

new LocalHostBuilder(args).Build().Run();
