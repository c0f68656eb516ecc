//! What the reports say, in the words of a radiologist. They describe what is drawn, nothing else.

/// One paragraph and the name of the place it points to (see `Made::marks`).
pub(crate) struct Paragraph {
    pub(crate) text: &'static str,
    pub(crate) mark: Option<&'static str>,
}

/// One report. Names of doctors are plainly invented.
pub(crate) struct Text {
    pub(crate) title: &'static str,
    pub(crate) author: &'static str,
    pub(crate) reviewer: &'static str,
    pub(crate) findings: Vec<Paragraph>,
    pub(crate) impression: Vec<Paragraph>,
}

fn p(text: &'static str, mark: &'static str) -> Paragraph {
    Paragraph { text, mark: (!mark.is_empty()).then_some(mark) }
}

/// The report of a film ("ct", "mr", "dx"; else that of the ultrasound).
pub(crate) fn of(film: &str) -> Text {
    match film {
        "ct" => ct(),
        "mr" => mr(),
        "dx" => dx(),
        _ => us(),
    }
}

fn ct() -> Text {
    Text {
        title: "胸部+上腹部CT增强扫描",
        author: "演示报告医师甲",
        reviewer: "演示审核医师甲",
        findings: vec![
            p(
                "胸廓对称。右肺上叶见一类圆形实性结节,最大径约18mm,边缘见分叶及短毛刺,其内未见钙化及空洞。",
                "nodule",
            ),
            p(
                "左肺下叶见一直径约5mm钙化结节,边界清楚。余双肺纹理走行自然,气管及双侧主支气管通畅。",
                "granuloma",
            ),
            p("纵隔内见数枚小淋巴结,短径均小于10mm,增强后均匀强化。双侧胸腔未见积液。", "node"),
            p("心脏各房室大小未见明显异常,心包未见积液。主动脉弓壁见点状钙化。", "heart"),
            p(
                "肝脏形态、大小正常,肝右叶见一类圆形低密度影,直径约20mm,CT值约6HU,增强后未见强化。门静脉显影良好,肝内外胆管无扩张。胆囊不大,壁不厚。",
                "liver cyst",
            ),
            p(
                "左肾中部外侧见一类圆形水样密度影,直径约18mm,增强后未见强化。右肾及双侧肾上腺未见异常。",
                "kidney cyst",
            ),
            p(
                "腹主动脉管壁见多发钙化斑。脾、胰腺形态密度未见异常。腹膜后未见肿大淋巴结,腹腔未见积液。",
                "aorta",
            ),
        ],
        impression: vec![
            p(
                "1. 右肺上叶实性结节(约18mm,分叶、毛刺),恶性不除外,建议胸外科会诊,必要时PET-CT或穿刺活检。",
                "nodule",
            ),
            p("2. 左肺下叶陈旧性钙化灶。", "granuloma"),
            p("3. 肝右叶囊肿;左肾囊肿。", "liver cyst"),
            p("4. 主动脉粥样硬化。", "aorta"),
        ],
    }
}

fn mr() -> Text {
    Text {
        title: "头颅MR平扫",
        author: "演示报告医师乙",
        reviewer: "演示审核医师乙",
        findings: vec![
            p("双侧额顶叶白质内见数个斑点状异常信号,T2WI呈高信号,最大径约8mm。", "lesion t2"),
            p("上述病灶FLAIR呈高信号,边界清楚,周围未见水肿及占位效应。", "lesion flair"),
            p("双侧侧脑室、第三及第四脑室大小形态正常,脑沟、脑裂未见增宽。", "ventricles"),
            p("中线结构居中,垂体、胼胝体、脑干及小脑形态信号未见明显异常,小脑扁桃体位置正常。", "midline"),
            p("双侧眼球及视神经未见异常,所见鼻窦气化良好。", ""),
        ],
        impression: vec![
            p("1. 双侧额顶叶白质少许缺血灶(Fazekas 1级),建议结合临床随诊。", "lesion flair"),
            p("2. 头颅MR平扫余未见明显异常。", ""),
        ],
    }
}

fn dx() -> Text {
    Text {
        title: "胸部正位DR",
        author: "演示报告医师丙",
        reviewer: "演示审核医师丙",
        findings: vec![
            p("胸廓对称,气管居中。右肺上野见一结节状密度增高影,直径约20mm,边缘欠光整。", "image"),
            p("余双肺野透亮度正常,肺纹理走行自然,双肺门不大。", ""),
            p("心影大小、形态未见明显异常,主动脉结不突出。双膈面光整,双侧肋膈角锐利。", ""),
            p("所见肋骨、锁骨未见明确骨折征象。", ""),
        ],
        impression: vec![p("右肺上野结节影,建议胸部CT进一步检查。", "image"), p("心、膈未见明显异常。", "")],
    }
}

fn us() -> Text {
    Text {
        title: "超声心动图",
        author: "演示报告医师丁",
        reviewer: "演示审核医师丁",
        findings: vec![
            p("心尖四腔切面:各房室腔大小正常,室间隔与左室壁厚度正常,运动协调。", "loop"),
            p("二尖瓣开放正常;CDFI:舒张期二尖瓣口见红色充盈血流。", "filling"),
            p("收缩期左房侧见少量细束蓝色反流信号。", "leak"),
            p("三尖瓣启闭正常,心包腔未见液性暗区。", ""),
        ],
        impression: vec![p("二尖瓣少量反流。", "leak"), p("左室收缩功能正常。", "loop")],
    }
}
