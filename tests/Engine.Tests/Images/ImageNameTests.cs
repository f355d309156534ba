using Brig.Engine.Images;

namespace Brig.Engine.Tests.Images;

public sealed class ImageNameTests
{
    private const string Digest = "sha256:0123456789012345678901234567890123456789012345678901234567890123";

    [Theory]
    [InlineData("debian", "docker.io", "library/debian", "latest", "debian:latest")]
    [InlineData("docker.io/library/debian:12", "docker.io", "library/debian", "12", "debian:12")]
    [InlineData("index.docker.io/a/b", "docker.io", "a/b", "latest", "a/b:latest")]
    [InlineData("localhost/a", "localhost", "a", "latest", "localhost/a:latest")]
    [InlineData("localhost:5000/a/b:x", "localhost:5000", "a/b", "x", "localhost:5000/a/b:x")]
    [InlineData("quay.io/a/b/c", "quay.io", "a/b/c", "latest", "quay.io/a/b/c:latest")]
    [InlineData("[::1]:5000/a", "[::1]:5000", "a", "latest", "[::1]:5000/a:latest")]
    [InlineData("a@" + Digest, "docker.io", "library/a", null, "a@" + Digest)]
    [InlineData("a:1@" + Digest, "docker.io", "library/a", "1", "a:1")]
    public void Parse_AsDockerDoes(string reference, string registry, string repository, string? tag, string shown)
    {
        var name = ImageName.Parse(reference);

        Assert.Equal((registry, repository, tag, shown), (name.Registry, name.Repository, name.Tag, name.ToString()));
    }

    [Theory]
    [InlineData("a@sha256:12")]
    [InlineData("a@md5:0123")]
    [InlineData("http://a/b")]
    [InlineData("-/pull")]
    [InlineData("a/../b")]
    [InlineData("a:")]
    [InlineData("a\n")]
    public void Parse_What_IsNoReference_IsInvalid(string reference) => Assert.Equal(EngineErrorKind.Invalid, Assert.Throws<EngineException>(() => ImageName.Parse(reference)).Kind);

    [Theory]
    [InlineData("quay.io", "quay.io")]
    [InlineData("localhost", "localhost")]
    [InlineData("mine:5000", "mine:5000")]
    [InlineData("docker.io", "docker.io")]
    [InlineData("index.docker.io", "docker.io")]
    public void ParseRegistry_Host_IsItself(string host, string registry) => Assert.Equal(registry, ImageName.ParseRegistry(host));

    [Theory]
    [InlineData("mine")]
    [InlineData("library")]
    [InlineData("")]
    public void ParseRegistry_WhatWouldBeDockerHub_IsInvalid(string host) => Assert.Equal(EngineErrorKind.Invalid, Assert.Throws<EngineException>(() => ImageName.ParseRegistry(host)).Kind);
}
