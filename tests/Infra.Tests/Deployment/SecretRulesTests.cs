using System.Text.Json;

namespace AeServerless.Infra.Tests.Deployment;

public sealed class SecretRulesTests
{
    [Theory]
    [InlineData("""{ "outputs": { "key": { "type": "string", "value": "[listKeys(resourceId('a'), '1').keys[0]]" } } }""", "main.outputs.key.value")]
    [InlineData("""{ "outputs": { "link": { "type": "securestring", "value": "x" } } }""", "output 'link'")]
    [InlineData("""{ "parameters": { "password": { "type": "securestring" } }, "outputs": { "o": { "type": "string", "value": "[parameters('password')]" } } }""", "output 'o'")]
    [InlineData("""{ "resources": { "m": { "properties": { "template": { "resources": {}, "outputs": { "c": { "type": "string", "value": "[reference('x').ConnectionString]" } } } } } } }""", "main/m: output 'c'")]
    public void SecretInATemplate_IsNamed(string template, string named)
    {
        var problems = new Problems();
        using var document = JsonDocument.Parse(template);

        SecretRules.Check("main", document.RootElement, problems);

        Assert.Contains(problems.Found, problem => problem.Contains(named, StringComparison.Ordinal));
    }
}
