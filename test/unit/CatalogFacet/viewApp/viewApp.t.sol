// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {AppInfo} from "../../../../contracts/types/Catalog.sol";
import {OrderKind} from "../../../../contracts/types/Orders.sol";

contract ViewApp_Unit_Test is Base {
    function testFuzz_RevertWhen_TheAppIsNotRegistered(address nobody) external {
        vm.expectRevert(abi.encodeWithSelector(IMatching.NotRegistered.selector, OrderKind.APP, nobody));
        poco.viewApp(nobody);

        address pool = workerpoolRegistry.createWorkerpool(scheduler.addr, "pool");
        vm.expectRevert(abi.encodeWithSelector(IMatching.NotRegistered.selector, OrderKind.APP, pool));
        poco.viewApp(pool);
    }

    function testFuzz_WhenTheAppIsRegistered(
        string calldata name,
        bytes calldata multiaddr,
        bytes32 checksum,
        bytes calldata mrenclave
    ) external {
        vm.assume(bytes(name).length + multiaddr.length + mrenclave.length < 20_000);
        address app = appRegistry.createApp(appProvider.addr, name, "DOCKER", multiaddr, checksum, mrenclave);

        // It should be what it was created with.
        AppInfo memory info = poco.viewApp(app);
        assertEq(info.owner, appProvider.addr, "owner");
        assertEq(info.m_appName, name, "name");
        assertEq(info.m_appType, "DOCKER", "type");
        assertEq(info.m_appMultiaddr, multiaddr, "multiaddr");
        assertEq(info.m_appChecksum, checksum, "checksum");
        assertEq(info.m_appMREnclave, mrenclave, "mrenclave");

        // It should follow its owner.
        vm.prank(appProvider.addr);
        appRegistry.transferFrom(appProvider.addr, sponsor.addr, uint256(uint160(app)));
        assertEq(poco.viewApp(app).owner, sponsor.addr, "new owner");
    }
}
