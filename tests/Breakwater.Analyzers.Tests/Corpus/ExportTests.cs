using System.Diagnostics;
using Breakwater.Corpus;

namespace Breakwater.Tests.Corpus;

public sealed class ExportTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WritesTextOfTheNewestCommitAndSkipsAbsentBlobs()
    {
        _folder.With("work/src/Ä.cs", "class A;\n").With("work/Lost.cs", "class Lost;").With("work/picture.png", "no text");
        Git("work", "init", "--quiet");
        Git("work", "add", "--all");
        Git("work", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "--message", "All");
        var lost = Git("work", "rev-parse", "HEAD:Lost.cs").Trim();
        var blob = _folder.At($"work/.git/objects/{lost[..2]}/{lost[2..]}");
        File.SetAttributes(blob, FileAttributes.Normal);
        File.Delete(blob);

        var log = new StringWriter();
        await Export.Write(_folder.At("work/.git"), _folder.At("out"), log);

        var written = Directory.EnumerateFiles(_folder.At("out"), "*", SearchOption.AllDirectories);
        Assert.Equal([_folder.At("out/src/Ä.cs")], written);
        Assert.Equal("class A;\n", await File.ReadAllTextAsync(written.First(), TestContext.Current.CancellationToken));
        Assert.Contains("1 files, 1 absent", log.ToString(), StringComparison.Ordinal);
    }

    private string Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", _folder.At(folder), .. arguments]) { RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
