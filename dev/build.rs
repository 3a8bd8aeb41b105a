//! Says which servers the tests may use, so that those of the others are ignored and not passed.

fn main() {
    for (variable, given) in
        [("TEST_POSTGRES_URL", "postgres"), ("TEST_MYSQL_URL", "mysql"), ("TEST_TLS_AUTHORITY", "tls_authority")]
    {
        println!("cargo::rerun-if-env-changed={variable}");
        println!("cargo::rustc-check-cfg=cfg({given}_given)");
        if std::env::var_os(variable).is_some_and(|value| !value.is_empty()) {
            println!("cargo::rustc-cfg={given}_given");
        }
    }
}
