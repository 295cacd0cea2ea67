//! Icons of the menu, drawn here so that nothing is fetched.

use leptos::prelude::*;

/// Paths on a 24 × 24 grid, stroked.
fn path(name: &str) -> &'static str {
    match name {
        "首页" => "M3 11 12 4l9 7M6 9.5V20h12V9.5M10 20v-6h4v6",
        "基本信息" => "M4 5h16v14H4zM8 9h8M8 12h8M8 15h5",
        "工作准备" => "M9 4h6v3H9zM6 5.5H5V21h14V5.5h-1M8 12l2.5 2.5L16 9",
        "规划任务" => "M4 6l5-2 6 2 5-2v14l-5 2-6-2-5 2zM9 4v14M15 6v14",
        "组建规划组" => {
            "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 19c.6-3.600 3-5 6-5s5.400 1.400 6 5M16 5.500a2.600 2.600 0 0 1 0 5M17.500 14.300c1.900.600 3.100 2 3.500 4.700"
        }
        "规划编制" => "M4 20V5l5-2 6 3 5-2v14l-5 2-6-3zM9 3v14M15 6v14M6.500 9.500l1.500 1.500",
        "系统管理" => {
            "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1"
        }
        "二维码信息" => {
            "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.500v2.500H14zM18 18h2M20 14v2M14 19.500v.5M17 20h.5"
        }
        "人口状况" => {
            "M8.500 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 19c.5-3.400 2.700-5 5.500-5s5 1.600 5.500 5M16 6a2.500 2.500 0 0 1 0 5M17 14c2.300.500 3.600 2.200 4 5"
        }
        "基础设施" => "M9 21 10.500 3h3L15 21M12 6v2M12 11v2M12 16v2M3 21h18",
        "公共服务设施" => "M4 21V8l8-4 8 4v13M9 21v-6h6v6M12 8v4M10 10h4M3 21h18",
        "宅基地空闲地" => "M3 11 12 4l9 7M5.500 9.500V20h13V9.500M9.500 20v-5h5v5",
        "建筑风貌" => "M3 9c3 0 6-2 9-5 3 3 6 5 9 5M6 9.500V20M18 9.500V20M3 20h18M10 20v-6h4v6",
        "集体经营性建设用地" => "M4 21V10l5 3v-3l5 3V6h6v15zM8 17h2M13 17h2M17 10h1",
        "消防安全" => {
            "M12 3c1 3.500 5.500 5.500 5.500 10.500a5.500 5.500 0 0 1-11 0c0-2.500 1.500-4 2.500-5.500.5 1.500 1 2 2 2.500C11.500 8 11.500 5.500 12 3z"
        }
        "menu" => "M4 6h16M4 12h16M4 18h16",
        "help" => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6v.1",
        "user" => "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.500 7.500 5.500",
        "refresh" => "M20 11a8 8 0 1 0-2.300 6.300M20 5v6h-6",
        "columns" => "M4 5h16v14H4zM9.300 5v14M14.700 5v14",
        "file" => "M6 3h8l4 4v14H6zM14 3v4h4",
        _ => "M5 12h14",
    }
}

/// An icon; decoration only.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
            <path d=path(name) fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/>
        </svg>
    }
}
