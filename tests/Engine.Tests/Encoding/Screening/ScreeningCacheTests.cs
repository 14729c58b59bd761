using AeServerless.Engine.Encoding.Screening;

namespace AeServerless.Engine.Tests.Encoding.Screening;

public sealed class ScreeningCacheTests : IDisposable
{
    private const int Width = 64;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"ae-cache-{Guid.NewGuid():n}");

    private static ScreeningCosts Costs { get; } = new(
        Width, 1e-7, [.. ScreenKinds.For(Width).Select((kind, i) => new ProductSpeed(kind.Format, kind.Product, 10 + i))]);

    [Fact]
    public void WhatWasWritten_IsRead()
    {
        new ScreeningCache(_folder).Write(Costs);

        var read = new ScreeningCache(_folder).Read(Width)!;

        Assert.Equal(Costs.CandidateSeconds, read.CandidateSeconds);
        Assert.Equal(Costs.Products, read.Products);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"Schema\":\"ae-serverless/screening/1\"}")]
    [InlineData("{\"Schema\":\"ae-serverless/screening/1\",\"Machine\":\"another\",\"Costs\":{\"Width\":64}}")]
    public void DamagedOrForeignFile_IsMeasuredAnewAndWritten(string content)
    {
        var cache = new ScreeningCache(_folder);
        Directory.CreateDirectory(_folder);
        File.WriteAllText(cache.PathOf(Width), content);
        Assert.Null(cache.Read(Width));

        var measured = new ScreeningCostTable(cache, _ => (Costs, Steady: true)).At(Width);

        Assert.Equal(Costs, measured);
        Assert.Equal(Costs.Products, new ScreeningCache(_folder).Read(Width)!.Products);
    }

    [Fact]
    public void MeasuredWhileTheMachineWasBusy_IsUsedAndNotKept()
    {
        var cache = new ScreeningCache(_folder);

        Assert.Equal(Costs, new ScreeningCostTable(cache, _ => (Costs, Steady: false)).At(Width));
        Assert.Null(cache.Read(Width));
    }

    [Fact]
    public void EveryProductOfThisMachine_IsMeasured()
    {
        var measured = new ScreeningCostTable(cache: null).At(Width);

        Assert.Equal(ScreenKinds.For(Width).Select(kind => kind.Product).Order(), measured.Products.Select(one => one.Product).Order());
        Assert.All(measured.Products, one => Assert.True(one.GmacPerSecond > 0));
    }

    [Theory]
    [InlineData("\"GmacPerSecond\": 1", "\"GmacPerSecond\": -1")]
    [InlineData("\"CandidateSeconds\": 1E-07", "\"CandidateSeconds\": 0")]
    [InlineData("\"Width\": 64", "\"Width\": 65")]
    [InlineData("portable", "of another machine")]
    public void NumbersThatCanNotBe_AreNotRead(string old, string replacement)
    {
        var cache = new ScreeningCache(_folder);
        cache.Write(Costs);
        var text = File.ReadAllText(cache.PathOf(Width));
        Assert.Contains(old, text);
        File.WriteAllText(cache.PathOf(Width), text.Replace(old, replacement));

        Assert.Null(cache.Read(Width));
    }

    [Fact]
    public void FolderThatCanNotBeMade_IsAsGoodAsNone()
    {
        File.WriteAllText(_folder, "a file");
        var cache = new ScreeningCache(_folder);

        cache.Write(Costs);

        Assert.Null(cache.Read(Width));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
        else
        {
            File.Delete(_folder);
        }
    }
}
