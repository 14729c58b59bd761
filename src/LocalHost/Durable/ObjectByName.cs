using DurableTask.Core;

namespace AeServerless.LocalHost.Durable;

/// <summary>Gives the engine an object by name; what there is by name is the app's, so nothing is ever added.</summary>
internal sealed class ObjectByName<T>(Func<string, T?> find) : INameVersionObjectManager<T>
    where T : class
{
    public void Add(ObjectCreator<T> creator) => throw new NotSupportedException("Functions are found in the app, not added.");

    public T? GetObject(string name, string? version) => find(name);
}
