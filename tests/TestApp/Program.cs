using AeServerless.LocalHost;
using Microsoft.Extensions.Hosting;

new LocalHostBuilder(args).Build().Run();
