using System.Text.Json;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Process;

/// <summary>Alerts by HTTP, with the real engine behind it.</summary>
public sealed class AlertProcessTests(RealBrig real) : IClassFixture<RealBrig>
{
    [Fact]
    public async Task Rule_FromMakeToRemove_EveryVerbAnswers()
    {
        await ExpectAsync("PUT", "/alerts/targets/hook", 200, """{"webhook":{"url":"http://127.0.0.1:9/x","authorization":"Bearer s3cret"}}""");
        var target = (await ExpectAsync("GET", "/alerts/targets", 200));
        Assert.DoesNotContain("s3cret", target.Body, StringComparison.Ordinal);
        Assert.True(target.Json[0].GetProperty("webhook").GetProperty("hasAuthorization").GetBoolean());

        var made = await ExpectAsync("POST", "/alerts/rules", 201, """{"name":"cpu","metric":{"metric":"cpuCores","side":"above","threshold":80,"ofLimit":true},"for":60,"targets":["hook"]}""");
        string id = made.Json.GetProperty("id").GetString()!;
        Assert.Equal(300, made.Json.GetProperty("spec").GetProperty("coolDown").GetDouble());
        await ExpectAsync("POST", "/alerts/rules", 409, """{"name":"cpu","event":{"what":"oom"}}""");
        await ExpectAsync("DELETE", "/alerts/targets/hook", 409);
        await ExpectAsync("PUT", "/alerts/rules/cpu", 200, """{"name":"cpu","event":{"what":"oom"}}""");
        Assert.Equal("oom", (await ExpectAsync("GET", "/alerts/rules/" + id, 200)).Json.GetProperty("spec").GetProperty("event").GetProperty("what").GetString());
        await ExpectAsync("DELETE", "/alerts/targets/hook", 204);

        var silence = await ExpectAsync("POST", "/alerts/silences", 201, """{"for":3600,"rule":"cpu","reason":"moving"}""");
        await ExpectAsync("DELETE", "/alerts/silences/" + silence.Json.GetProperty("id").GetString(), 204);
        Assert.Equal(0, (await ExpectAsync("GET", "/alerts/silences", 200)).Json.GetArrayLength());
        var now = TimeProvider.System.GetUtcNow();
        foreach (string range in (string[])[$"?from={now.AddMinutes(-5):yyyy-MM-ddTHH:mm:ssZ}&to={now:yyyy-MM-ddTHH:mm:ssZ}", $"?from={now.AddMinutes(-5).ToUnixTimeMilliseconds()}", "?from=5m", ""])
            await ExpectAsync("POST", "/alerts/preview" + range, 200, """{"name":"p","metric":{"metric":"load1","side":"above","threshold":0},"scope":{"machine":true}}""");
        Assert.Equal(0, (await ExpectAsync("GET", "/alerts/incidents?firing=true", 200)).Json.GetArrayLength());
        await ExpectAsync("DELETE", "/alerts/rules/cpu", 204);
        await ExpectAsync("GET", "/alerts/rules/cpu", 404);
    }

    [Theory]
    [InlineData("POST", "/alerts/rules", """{"name":"x"}""", 400, "exactly one thing")]
    [InlineData("POST", "/alerts/rules", """{"name":"x","metric":{"metric":"cpu","side":"above","threshold":1}}""", 400, "no metric \"cpu\"")]
    [InlineData("POST", "/alerts/rules", """{"name":"x","metric":{"metric":"cpuCores","side":"over","threshold":1}}""", 400, "must be one of above, below")]
    [InlineData("POST", "/alerts/rules", """{"name":"x","log":{"pattern":"(","regex":true}}""", 400, "no regular expression")]
    [InlineData("POST", "/alerts/rules", """{"name":"x","event":{"what":"oom"},"targets":["nobody"]}""", 404, "no target \"nobody\"")]
    [InlineData("PUT", "/alerts/targets/t", """{}""", 400, "either a webhook or a mail")]
    [InlineData("PUT", "/alerts/targets/t", """{"webhook":{"url":"ftp://x/"}}""", 400, "not an address for a webhook")]
    [InlineData("PUT", "/alerts/targets/t", """{"mail":{"host":"mail.example","from":"a","to":"b@c"}}""", 400, "from must be one address")]
    [InlineData("POST", "/alerts/silences", """{"for":0}""", 400, "more than nothing")]
    [InlineData("DELETE", "/alerts/silences/x", null, 404, "no silence")]
    public async Task BadInput_OneSentence(string method, string path, string? json, int status, string sentence) =>
        Assert.Contains(sentence, (await ExpectAsync(method, path, status, json)).Json.GetProperty("detail").GetString(), StringComparison.Ordinal);

    private async Task<Answer> ExpectAsync(string method, string path, int status, string? json = null)
    {
        var answer = await real.SendAsync(method, path, json);
        Assert.True(answer.Status == status, $"{method} {path}: {answer.Status} {answer.Body}");
        return answer;
    }
}
