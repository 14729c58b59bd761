using AeServerless.TestSupport;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
