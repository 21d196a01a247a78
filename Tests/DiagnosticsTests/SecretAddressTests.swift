import Diagnostics
import Testing

struct SecretAddressTests {
  @Test(arguments: [
    ("https://user:pw12345@host/x", "https://<secret>@host/x"),
    ("IDX=https://token@host", "IDX=https://<secret>@host"),
    (
      "pip -i 'https://u:p@a/' -f http://u:p@b", "pip -i 'https://<secret>@a/' -f http://<secret>@b"
    ),
    ("https://u:p/w@host/", "https://<secret>@host/"),
    ("https://u:p@w@host", "https://<secret>@host"),
    ("https://u:p#w@host/", "https://<secret>@host/"), ("x://é:ü@h", "x://<secret>@h"),
    ("postgres://:pw@db/x", "postgres://<secret>@db/x"),
  ])
  func isHidden(text: String, shown: String) {
    #expect(SecretAddress.masked(text) == shown)
    #expect(SecretAddress.isIn(text))
    #expect(!SecretAddress.isIn(shown) || SecretAddress.masked(shown) == shown)
  }

  @Test(arguments: [
    "", "a@b", "user:pw@host", "https://host/x@v1", "git+https://host:8080/x@v1", "https://host",
    "https://host?mail=a@b", "https://@host", "see https://host and a@b", "://", "é://",
  ])
  func isShown(text: String) {
    #expect(SecretAddress.masked(text) == text)
  }
}
