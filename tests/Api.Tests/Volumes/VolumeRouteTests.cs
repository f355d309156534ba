using System.Net;
using System.Text;
using Brig.Api.Tests.Support;
using Brig.Engine.Volumes;
using Brig.Web.Tests.Fakes;

namespace Brig.Api.Tests.Volumes;

public sealed class VolumeRouteTests : IClassFixture<SharedBrig>
{
    private readonly TestBrig _brig;

    /// <summary>Every test begins with the same volumes.</summary>
    public VolumeRouteTests(SharedBrig shared)
    {
        _brig = shared.Brig;
        _brig.Volumes.All.Clear();
        _brig.Volumes.Files.Clear();
        _brig.Volumes.Put(FakeVolumes.Of("data") with { UsedBy = [new("1", "web", "/data", false, true)], Labels = FakeVolumes.Of("x").Labels.Add("app", "shop") });
        _brig.Volumes.Put(FakeVolumes.Of("free"));
        _brig.Volumes.Files["data/f"] = "bytes";
    }

    [Theory]
    [InlineData("GET", "", 200, "\"name\":\"data\",\"anonymous\":false,\"kind\":\"folder")]
    [InlineData("GET", "/data", 200, "\"usedBy\":[{\"containerId\":\"1\",\"container\":\"web\",\"target\":\"/data\",\"readOnly\":false,\"running\":true}]")]
    [InlineData("GET", "/none", 404, "There is no volume")]
    [InlineData("DELETE", "/data", 409, "in use by container web")]
    [InlineData("DELETE", "/free", 204, "")]
    [InlineData("POST", "/data/measure", 200, "\"bytes\":4096,\"files\":1")]
    [InlineData("POST", "/-/prune?all=true&label=app", 200, "\"removed\":[\"gone\"],\"freedBytes\":4096")]
    [InlineData("GET", "/data/export", 200, "a tar")]
    [InlineData("GET", "/none/export", 404, "There is no volume")]
    [InlineData("POST", "/data/snapshots?snapshot=before", 201, "\"name\":\"before")]
    [InlineData("GET", "/data/snapshots", 200, "[]")]
    [InlineData("DELETE", "/data/snapshots/before", 204, "")]
    [InlineData("GET", "/data/files", 200, "\"name\":\"f\",\"path\":\"/f\",\"kind\":\"file\",\"size\":5,\"mode\":\"0644\",\"uid\":0,\"gid\":7")]
    [InlineData("GET", "/data/files?path=/none", 404, "There is no")]
    [InlineData("GET", "/data/file?path=/f", 200, "bytes")]
    [InlineData("GET", "/data/file", 400, "path")]
    [InlineData("GET", "/data/archive?path=/f", 200, "a tar")]
    [InlineData("GET", "/data/archive?path=/none", 404, "There is no")]
    [InlineData("POST", "/data/folder?path=/new", 204, "")]
    [InlineData("DELETE", "/data/file?path=/f", 204, "")]
    public async Task Route_Asked_Answers(string method, string path, int status, string holds)
    {
        var answer = await _brig.SendAsync(method, "/api/v1/volumes" + path);

        Assert.Equal(status, answer.Status);
        Assert.Contains(holds, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", """{"name":"new","labels":{"a":"b"},"options":{"type":"tmpfs","o":"size=1m"}}""", 201, "\"options\":{")]
    [InlineData("", "{}", 201, "\"anonymous\":true")]
    [InlineData("", """{"name":"data"}""", 409, "already")]
    [InlineData("", """{"name":"new","size":7}""", 400, "size")]
    [InlineData("/data/clone", """{"name":"copy"}""", 201, "\"name\":\"copy")]
    [InlineData("/data/snapshots/before/restore", """{"name":"back"}""", 201, "\"name\":\"back")]
    public async Task Post_Body_Answers(string path, string body, int status, string holds)
    {
        var answer = await _brig.SendAsync("POST", "/api/v1/volumes" + path, body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(holds, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "data/file?path=/up", HttpStatusCode.NoContent, "data/up", "application/octet-stream")]
    [InlineData("PUT", "data/archive?path=/in", HttpStatusCode.NoContent, "data/in", "application/x-tar")]
    [InlineData("POST", "fresh/import", HttpStatusCode.Created, "fresh/", "application/zstd")]
    public async Task Upload_Body_ReachesTheEngine(string method, string path, HttpStatusCode status, string file, string type)
    {
        using var answer = await _brig.Http.SendAsync(new(new(method), "/api/v1/volumes/" + path) { Content = new ByteArrayContent("content"u8.ToArray()) { Headers = { ContentType = new(type) } } });

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("content", _brig.Volumes.Files[file]);
    }

    [Fact]
    public async Task File_Downloaded_IsNeverShownByTheBrowser()
    {
        using var answer = await _brig.Http.GetAsync("/api/v1/volumes/data/file?path=/f");
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        using var archive = await _brig.Http.GetAsync("/api/v1/volumes/data/archive?path=/f");
        Assert.Equal("f.tar", archive.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Contains("\"kind\":\"file\"", Encoding.UTF8.GetString(Convert.FromBase64String(archive.Headers.GetValues("Brig-Path-Stat").Single())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemoveContainer_WithVolumes_SaysSoToTheEngine()
    {
        string id = (await _brig.SendAsync("POST", "/api/v1/containers", """{"image":"brig/busybox","mounts":[{"kind":"volume","source":"data","target":"/data","subpath":"a","noCopy":true}]}""")).Json.GetProperty("id").GetString()!;
        Assert.Equal(204, (await _brig.SendAsync("DELETE", $"/api/v1/containers/{id}?volumes=true")).Status);
    }
}
