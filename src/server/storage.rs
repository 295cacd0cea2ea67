#[derive(Clone)]
pub struct Storage;
impl Storage { pub fn open(_: &str) -> Result<Self, String> { Ok(Self) } }
